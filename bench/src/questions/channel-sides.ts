/**
 * What the queue and pipe questions have in common: runs of a producer and a consumer, each in a program of its own, and the sum
 * that must come out.
 */
import type { Bout, Contender } from '../question.ts'
import type { RawSides } from './channel-raw-peer.ts'
import { python } from './python-side.ts'

/** Throws for any other sum than that of 1 to `count`. */
export function expectSum(sum: number | undefined, count: number): void {
  const expected = (count * (count + 1)) / 2
  if (sum !== expected) throw new Error(`the consumer's sum is ${sum}, not ${expected}`)
}

/** Python's contender of a kind, told apart by what it works with. */
export function pythonWith(kind: string, side: string, order: string, share = 1): Contender {
  return { ...python(side, order, share), name: `python ${kind}` }
}

/** One message a value, as a program without Troupe sends it. */
export function rawOneWay(name: string, open: () => Promise<RawSides>, share = 1): Contender {
  return {
    name,
    share,
    async start(work): Promise<Bout> {
      const { producer, consumer } = await open()
      return {
        async run() {
          consumer.send({ kind: 'consume', count: work })
          await consumer.report()
          producer.send({ kind: 'produce', count: work })
          const report = await consumer.report()
          expectSum(report.kind === 'sum' ? report.sum : undefined, work)
        },
        async end() {
          await Promise.all([producer.end(), consumer.end()])
        },
      }
    },
  }
}
