/**
 * How much work a worker is given at a time, and when more than it is at. Pure functions of what calls cost.
 *
 * A worker that is given slices ahead never idles while its report is on its way; one that is given many calls at once needs few
 * messages. Both have a price: what waits at a worker cannot go to another one, and calls of one slice are reported together, so
 * that a worker which dies takes all of them along. So only tasks that have proved cheap or short are put together.
 */

/** What is known of a task's calls. */
export interface KnownCost {
  readonly runs: number
  readonly ms: number
}

/** A task is cheap when it has run this often, and a call takes at most so many milliseconds. */
const PROVED_RUNS = 64
const CHEAP_MS = 0.05
/**
 * A task is short when it has run as often, and a call takes at most so many milliseconds. Reports of single calls would cost such
 * tasks a tenth of their worker: they share slices of so many milliseconds while each worker has so many slices to come.
 */
const SHORT_MS = 1.5
const SHORT_CALLS_MS = 16
const SHORT_ROUNDS = 6
/** Milliseconds that calls of cheap tasks in one slice take together, and how many there are at most. */
const CALLS_MS = 0.5
const MOST_CALLS = 512
/** Milliseconds that a chunk of a map takes, and by how much it may exceed what was measured so far. */
const CHUNK_MS = 20
const GROWTH = 64
/** Chunks that each worker still gets when a chunk is cut, at least: so that all end at about the same time. */
const ROUNDS = 2
/**
 * Milliseconds of work in a chunk that is worth a message, counting an item's way there and back. The rest of a map is not cut smaller.
 */
const LEAST_CHUNK_MS = 0.5
const TRANSFER_MS = 0.0002
/** A worker is given a slice ahead while what it is at takes at most so many milliseconds. */
const AHEAD_MS = 25
/** Slices of a task whose cost is proved are given ahead as long as all of them take at most so many milliseconds, and are this few. */
const PROVED_AHEAD_MS = 16
const MOST_SLICES = 16
/** Below what a clock can tell. */
const LEAST_MS = 0.00002

/** Whether calls of the task may share a slice. */
export function isCheap(cost: KnownCost | null): boolean {
  return cost !== null && isProved(cost) && cost.ms <= CHEAP_MS
}

/** Whether what was measured of a task is enough to plan with. */
export function isProved(cost: KnownCost): boolean {
  return cost.runs >= PROVED_RUNS
}

/** How many calls like this one go into a slice. `share`: calls that wait, for each worker. */
export function callsPerSlice(cost: KnownCost | null, share: number): number {
  if (cost === null || !isProved(cost) || cost.ms > SHORT_MS) return 1
  if (!isCheap(cost)) return Math.max(1, Math.min(Math.floor(SHORT_CALLS_MS / cost.ms), Math.floor(share / SHORT_ROUNDS)))
  return Math.max(1, Math.min(MOST_CALLS, Math.floor(CALLS_MS / Math.max(cost.ms, LEAST_MS))))
}

/**
 * How many of the `left` items of a map the next slice has. `fixed` is the caller's chunk; null: by measured cost. Several chunks
 * share a slice under the same conditions as calls.
 */
export function chunkLength(cost: KnownCost | null, left: number, workers: number, fixed: number | null): number {
  if (fixed !== null) return Math.min(left, fixed * Math.max(1, Math.floor(callsPerSlice(cost, left / workers) / fixed)))
  if (cost === null) return 1
  const byCost = Math.floor(CHUNK_MS / Math.max(cost.ms, LEAST_MS))
  const fair = Math.ceil(left / (workers * ROUNDS))
  const least = Math.floor(LEAST_CHUNK_MS / Math.max(cost.ms, TRANSFER_MS))
  return Math.max(1, Math.min(left, byCost, Math.max(fair, least), cost.runs * GROWTH))
}

/** A slice that a worker has. */
export interface InFlight {
  /** Milliseconds that it is expected to take; null: unknown. */
  readonly expected: number | null
  /** Whether that is to be believed, and more of its kind would not rather be put into one slice. */
  readonly isSteady: boolean
}

/**
 * Whether a worker takes one more slice. One ahead is enough where messages arrive at once; on a machine that is busy, where this
 * thread waits for its turn as well, workers would wait for it after each task, so short ones are given further ahead. `full`: it was
 * given so much: it takes more when half of that is done, so that one message brings several.
 */
export function takesMore(inFlight: readonly InFlight[], full: boolean): boolean {
  if (inFlight.length === 0) return true
  let sum = 0
  for (const { expected } of inFlight) {
    if (expected === null) return false
    sum += expected
  }
  if (inFlight.length === 1) return sum <= AHEAD_MS
  const share = full ? 0.5 : 1
  return inFlight.length < MOST_SLICES * share && sum <= PROVED_AHEAD_MS * share && inFlight.every(({ isSteady }) => isSteady)
}
