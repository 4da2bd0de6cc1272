/**
 * A contender's process: makes one contender of one part ready and runs it when told. Started by host-process.ts with question,
 * part, contender and work; ends when told, or with the harness.
 */
import { setImmediate as turn } from 'node:timers/promises'
import type { Answer, Order, TimeKind } from './orders.ts'
import type { Bout, Measure, Part } from './question.ts'
import { loadQuestion } from './questions.ts'
import { summarize } from './statistics.ts'

const [questionName = '', partName = '', contenderName = '', workText = ''] = process.argv.slice(2)
const work = Number(workText)

process.on('SIGINT', () => undefined) // Ctrl-C reaches us too; the harness decides
process.on('SIGTERM', () => process.exit(143))
process.on('disconnect', () => process.exit(1))

try {
  await serve()
} catch (error) {
  answer({ kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  process.exitCode = 1
}

async function serve(): Promise<void> {
  const { parts } = await loadQuestion(questionName)
  const part = parts.find(({ name }) => name === partName)
  const contender = part?.contenders.find(({ name }) => name === contenderName)
  if (part === undefined || contender === undefined) throw new Error(`${questionName} has no ${partName} with ${contenderName}`)
  const orders = listen()
  const bout = await contender.start(work)
  answer({ kind: 'done' })
  for await (const order of orders) {
    switch (order.kind) {
      case 'warm-up':
        await warmUp(bout, part, order.ms)
        answer({ kind: 'done' })
        break
      case 'sample':
        answer({ kind: 'sample', value: await sample(bout, part.measure, order.ms, order.time) })
        break
      case 'end':
        await bout.end()
        answer({ kind: 'done' })
        process.disconnect()
        return
    }
  }
}

/** Memory needs no warm code, and a second run would find what the first one left behind. */
async function warmUp(bout: Bout, part: Part, ms: number): Promise<void> {
  if (part.measure !== 'memory') await sample(bout, part.measure, ms, 'elapsed')
}

/** One number, from as many runs as fill `ms` milliseconds. */
async function sample(bout: Bout, measure: Measure, ms: number, time: TimeKind): Promise<number> {
  const now = time === 'cpu' ? cpuTime : () => performance.now()
  const returned: number[] = []
  let runs = 0
  let spent = 0
  // Only where memory is what is asked: a forced collection throws away optimized code that a running program keeps, and each
  // contender, in its own process, pays for its own garbage.
  if (measure === 'memory') await collectGarbage()
  do {
    const start = now()
    const value = await bout.run()
    spent += now() - start
    runs++
    if (value !== undefined) returned.push(value)
    await bout.reset?.()
  } while (spent < ms && measure !== 'memory')
  switch (measure) {
    case 'rate':
      return (work * runs) / (spent / 1_000)
    case 'time':
      return spent / runs
    case 'cost':
      return (spent * 1_000) / (work * runs)
    case 'latency':
    case 'memory':
      return summarize(returned).median
  }
}

/** In milliseconds. */
function cpuTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

/** So that what came before does not count. */
async function collectGarbage(): Promise<void> {
  await turn()
  globalThis.gc?.()
  await turn()
}

function answer(message: Answer): void {
  process.send?.(message)
}

/** The harness's orders, none of them lost while another is carried out. */
function listen(): AsyncIterable<Order> {
  const waiting: Order[] = []
  let wake = (): void => undefined
  process.on('message', (order) => {
    waiting.push(order as Order) // safe: only the harness has the other end
    wake()
  })
  return {
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const next = waiting.shift()
        if (next !== undefined) yield next
        else await new Promise<void>((resolve) => (wake = resolve))
      }
    },
  }
}
