/**
 * Puts slices together for workers that take more, and sends them.
 */
import { NotSerializableError } from '../../index.ts'
import type { CostTable } from './cost-table.ts'
import { type Slot, Slice } from './slot.ts'
import { callsPerSlice, chunkLength, isCheap, isProved, takesMore } from './slice-policy.ts'
import type { TaskNumbers } from './task-numbers.ts'
import type { Part, Work } from './work.ts'
import type { WorkQueue } from './work-queue.ts'

export class Dispatch {
  readonly #shared: WorkQueue<Work>
  readonly #costs: CostTable
  readonly #tasks: TaskNumbers
  readonly #workers: () => number
  readonly #resume: () => void
  #ids = 0

  /** `workers`: how many there are to share the work. `resume`: a worker takes more that did not. */
  constructor(shared: WorkQueue<Work>, costs: CostTable, tasks: TaskNumbers, workers: () => number, resume: () => void) {
    this.#shared = shared
    this.#costs = costs
    this.#tasks = tasks
    this.#workers = workers
    this.#resume = resume
  }

  /** Whether the worker is to be given something now, if there is something. */
  takesMore(slot: Slot): boolean {
    if (slot.state !== 'ready' || slot.blocked) return false
    const takes = takesMore(slot.slices, slot.full)
    slot.full = !takes
    return takes
  }

  /** What the worker is to do next; the queues are left as they are. */
  nextFor(slot: Slot): Work | null {
    const shared = this.#shared.first()
    const own = slot.own.first()
    if (shared === null || own === null) return own ?? shared
    return own.priority < shared.priority || (own.priority === shared.priority && own.seq < shared.seq) ? own : shared
  }

  /** Takes work from the queues into a slice: `first`, and of what follows what may go with it. */
  cut(slot: Slot, first: Work): Slice {
    const cost = this.#costs.of(first.fn)
    const slice = new Slice(++this.#ids, slot, first)
    if (first.company === 'calls') {
      const most = callsPerSlice(cost, (this.#shared.size + slot.own.size) / this.#workers())
      for (let work: Work | null = first; work !== null; work = this.nextFor(slot)) {
        if (slice.count > 0 && !(work.company === 'calls' && (work.fn === first.fn || isCheap(this.#costs.of(work.fn))))) break
        slice.add(work, 1)
        if (slice.count >= most) break
      }
    } else {
      const length = first.company === 'none' ? 1 : chunkLength(cost, first.left, this.#workers(), first.chunkSize)
      slice.add(first, Math.min(length, first.next))
    }
    slice.expected = cost === null ? null : cost.ms * slice.count
    slice.isSteady = cost !== null && isProved(cost) && !(first.company === 'calls' && isCheap(cost))
    return slice
  }

  /**
   * Sends it. Returns what has to be sent anew, each piece by itself, because something in the slice cannot be pickled; what is the
   * only one in it has failed with that.
   */
  send(slice: Slice): readonly Work[] {
    const { slot } = slice
    const [first] = slice.parts
    const { worker } = slot
    if (worker === null || first === undefined) return []
    try {
      for (const part of slice.parts) this.#define(slot, part.fn)
      this.#hold(slot, this.#tell(slice, first))
      slot.slices.push(slice)
      return []
    } catch (error) {
      if (slice.count === 1) {
        first.failure(0, renamed(error, first))
        first.done([], 0)
        return []
      }
      return slice.parts.map((part) => part.sendAlone()).filter((work) => work !== null)
    }
  }

  #tell(slice: Slice, first: Part): void | PromiseLike<void> {
    const { worker } = slice.slot
    const { order } = first
    const progress = slice.parts.some(({ hearsProgress }) => hearsProgress) ? 'tell' : 'keep'
    if (order.kind === 'chunk') return worker?.tell('chunk', slice.id, first.fn, order.items, order.how, order.onError, progress)
    const calls: unknown[] = []
    for (const part of slice.parts) {
      const each = part.order
      if (each.kind === 'call') calls.push(part.fn, each.args)
    }
    return worker?.tell('calls', slice.id, calls, progress)
  }

  #define(slot: Slot, fn: number): void {
    if (slot.known.has(fn)) return
    slot.known.add(fn)
    const { module, name } = this.#tasks.nameOf(fn)
    this.#hold(slot, slot.worker?.tell('define', fn, module, name))
  }

  /** The link to the worker is full: it is given nothing until there is room. */
  #hold(slot: Slot, room: void | PromiseLike<void>): void {
    if (room === undefined) return
    const { life } = slot
    slot.blocked = true
    room.then(() => {
      if (slot.life !== life) return
      slot.blocked = false
      this.#resume()
    }, ignore)
  }
}

/** The path in an error, as the caller of the pool knows the value. */
function renamed(error: unknown, part: Part): unknown {
  if (!(error instanceof NotSerializableError)) return error
  const { order } = part
  const [inside, outside] = order.kind === 'call' ? ['args[1][1]', 'args'] : ['args[2][0]', `items[${order.from}]`]
  if (!error.path.startsWith(inside)) return error
  const problem = error.message.slice(error.path.length + 2)
  return new NotSerializableError(outside + error.path.slice(inside.length), problem, error.cause)
}

function ignore(): void {
  // Core's own promise never rejects.
}
