/**
 * The producers and consumers of the queue and pipe questions, as Troupe's workers find them.
 */
import { actor, type ActorDefinition } from '@troupe/core'
import type { Queue, ReceivingEnd, SendingEnd } from '@troupe/core/parallel'

export interface QueueSideProtocol {
  /** Puts 1 to `count`, so many in flight at a time. */
  produce(queue: Queue<number>, count: number, inFlight: number): Promise<void>
  /** Sum of the next `count` that a loop brings. */
  consume(queue: Queue<number>, count: number): Promise<number>
  /** Sum of the next `count`, by `get`, so many in flight at a time. */
  get(queue: Queue<number>, count: number, inFlight: number): Promise<number>
}

export const QueueSide: ActorDefinition<QueueSideProtocol, []> = actor({
  name: 'QueueSide',
  module: import.meta.url,
  setup: () => ({
    async produce(queue: Queue<number>, count: number, inFlight: number) {
      for (let value = 1; value <= count; value++) {
        const put = queue.put(value)
        if (value % inFlight === 0 || value === count) await put
      }
    },
    async consume(queue: Queue<number>, count: number) {
      let sum = 0
      let left = count
      for await (const value of queue) {
        sum += value
        if (--left === 0) break
      }
      return sum
    },
    async get(queue: Queue<number>, count: number, inFlight: number) {
      let sum = 0
      await inLanes(count, inFlight, async () => {
        const value = await queue.get()
        sum += value
      })
      return sum
    },
  }),
})

export interface PipeSideProtocol {
  /** It is this actor's from now on. */
  own(end: SendingEnd<number> & ReceivingEnd<number>): void
  /** Sends 1 to `count`. */
  send(count: number): Promise<void>
  /** Sum of the next `count`. */
  receive(count: number): Promise<number>
  /** Answers each of the next `count` with one more. */
  answer(count: number): Promise<void>
}

/** Sends in flight: as many as a pipe holds. */
const MANY = 1_024

export const PipeSide: ActorDefinition<PipeSideProtocol, []> = actor({
  name: 'PipeSide',
  module: import.meta.url,
  setup() {
    let end: (SendingEnd<number> & ReceivingEnd<number>) | null = null
    const ownEnd = (): SendingEnd<number> & ReceivingEnd<number> => {
      if (end === null) throw new Error('this side of the bench has no end of a pipe yet')
      return end
    }
    return {
      own(given: SendingEnd<number> & ReceivingEnd<number>) {
        end = given
      },
      async send(count: number) {
        const pipe = ownEnd()
        for (let value = 1; value <= count; value++) {
          const sent = pipe.send(value)
          if (value % MANY === 0 || value === count) await sent
        }
      },
      async receive(count: number) {
        const pipe = ownEnd()
        let sum = 0
        for (let received = 0; received < count; received++) sum += await pipe.receive()
        return sum
      },
      async answer(count: number) {
        const pipe = ownEnd()
        for (let answered = 0; answered < count; answered++) await pipe.send((await pipe.receive()) + 1)
      },
    }
  },
})

/** Calls `act` with 1 to `count`, at most so many at a time. */
async function inLanes(count: number, lanes: number, act: (value: number) => Promise<void>): Promise<void> {
  let last = 0
  const lane = async (): Promise<void> => {
    while (last < count) await act(++last)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}
