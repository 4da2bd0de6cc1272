/**
 * Asks one part of a question: every contender in a process of its own, all made ready and warmed up one after the other, then
 * sampled in turns, so that a busy minute of the machine hits each of them.
 */
import { type HostCommand, HostProcess, ownHost } from './host-process.ts'
import type { BenchOptions } from './options.ts'
import type { Contender, Part } from './question.ts'

/** What came of a contender. */
export type Outcome =
  | { readonly kind: 'measured'; readonly name: string; readonly work: number; readonly samples: readonly number[] }
  | { readonly kind: 'failed'; readonly name: string; readonly message: string }

export interface Surroundings {
  /** Aborted by Ctrl-C: all processes end, and the part rejects. */
  readonly signal: AbortSignal
  /** Hears what goes on. */
  readonly progress: (text: string) => void
}

interface Runner {
  readonly name: string
  readonly work: number
  readonly host: HostProcess
  readonly samples: number[]
  failure: string | null
}

/** Outcomes in the part's order, `base` after the first. Rejects only when aborted. */
export async function askPart(
  question: string,
  part: Part,
  options: BenchOptions,
  around: Surroundings,
): Promise<readonly Outcome[]> {
  const runners: Runner[] = []
  const endAll = async () => void (await Promise.all(runners.map(({ host }) => host.end())))
  const onAbort = () => void endAll()
  around.signal.addEventListener('abort', onAbort)
  try {
    for (const command of entries(question, part, options)) {
      around.signal.throwIfAborted()
      around.progress(`${question} ${part.name}: ${command.label} warms up`)
      runners.push(await prepare(command, options))
    }
    for (let round = 0; round < options.rounds; round++) {
      for (const runner of rotated(runners, round)) {
        around.signal.throwIfAborted()
        around.progress(`${question} ${part.name}: round ${round + 1} of ${options.rounds}, ${runner.name}`)
        await attempt(runner, async () => void runner.samples.push(await runner.host.sample(options.sample, options.time)))
      }
    }
    around.signal.throwIfAborted()
    return runners.map(toOutcome)
  } finally {
    around.signal.removeEventListener('abort', onAbort)
    await endAll()
  }
}

interface Entry extends HostCommand {
  readonly label: string
}

function entries(question: string, part: Part, options: BenchOptions): readonly Entry[] {
  const { contenders, base, code, profiles } = options
  const common = { question, part: part.name, code, profiles, module: ownHost }
  const own = part.contenders.map((contender): Entry => {
    const { name } = contender
    return { ...common, contender: name, label: name, work: workOf(part, contender, options) }
  })
  const [first, ...peers] = own.filter(({ label }) => contenders.length === 0 || contenders.includes(label))
  if (first === undefined) return []
  if (base === null || first !== own[0]) return [first, ...peers]
  return [first, { ...first, module: base, label: 'base' }, ...peers]
}

function workOf(part: Part, { share = 1 }: Contender, { effort }: BenchOptions): number {
  return Math.max(1, Math.round((effort === 'quick' ? part.quickWork : part.work) * share))
}

async function prepare(entry: Entry, options: BenchOptions): Promise<Runner> {
  const runner: Runner = { name: entry.label, work: entry.work, host: new HostProcess(entry), samples: [], failure: null }
  await attempt(runner, () => runner.host.ready())
  await attempt(runner, () => runner.host.warmUp(options.warmUp))
  return runner
}

/** One failure is enough: a contender that failed sits out. */
async function attempt(runner: Runner, step: () => Promise<void>): Promise<void> {
  if (runner.failure !== null) return
  try {
    await step()
  } catch (error) {
    runner.failure = error instanceof Error ? error.message : String(error)
  }
}

/** Another one begins in each round: the first place is not always the same one's. */
function rotated<Item>(items: readonly Item[], by: number): readonly Item[] {
  const at = items.length === 0 ? 0 : by % items.length
  return [...items.slice(at), ...items.slice(0, at)]
}

function toOutcome({ name, work, samples, failure }: Runner): Outcome {
  return failure === null ? { kind: 'measured', name, work, samples } : { kind: 'failed', name, message: failure }
}
