/**
 * Order and fairness: what A sends to B arrives in the order sent, and a flooded actor holds up nobody else.
 */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ActorRef } from '../../src/model/ref.ts'
import type { Self } from '../../src/model/self.ts'
import { inline } from '../support/actors.ts'
import { testSystem } from '../support/test-system.ts'
import { gate, turns } from '../support/waiting.ts'

interface Log {
  note(from: string, n: number): void
  noteLater(from: string, n: number): Promise<void>
  all(): readonly (readonly [string, number])[]
}

function log(): ReturnType<typeof inline<Log>> {
  return inline((): Log => {
    const all: [string, number][] = []
    return {
      note: (from, n) => void all.push([from, n]),
      async noteLater(from, n) {
        await Promise.resolve()
        all.push([from, n])
      },
      all: () => all,
    }
  })
}

describe('the order of messages', () => {
  it('is the order sent, for tells and asks, sync and async handlers, from any number of senders', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.constantFrom('tell', 'ask', 'later', 'pause'), { maxLength: 30 }), { minLength: 1, maxLength: 4 }),
        async (plans) => {
          await using system = testSystem()
          const target = system.spawn(log())
          const Sender = inline((self) => ({
            async send(plan: readonly string[]) {
              for (const [n, step] of plan.entries()) {
                if (step === 'pause') await Promise.resolve()
                else if (step === 'tell') target.tell('note', self.path, n)
                else if (step === 'later') target.tell('noteLater', self.path, n)
                else void target.ask('note', self.path, n)
              }
            },
          }))
          const senders = plans.map((_, index) => system.spawn(Sender, [], { name: `s${index}` }))
          await Promise.all(senders.map((sender, index) => sender.ask('send', plans[index] ?? [])))
          const all = await target.ask('all')
          for (const [index, sender] of senders.entries()) {
            const sent = (plans[index] ?? []).flatMap((step, n) => (step === 'pause' ? [] : [n]))
            expect(all.filter(([from]) => from === sender.path).map(([, n]) => n)).toEqual(sent)
          }
        },
      ),
      { numRuns: 25 },
    )
  })

  it('is kept between a message and the stop after it', async () => {
    await using system = testSystem()
    const seen: number[] = []
    for (let round = 0; round < 100; round++) {
      const ref = system.spawn(inline(() => ({ see: (n: number) => void seen.push(n) })))
      ref.tell('see', round)
      ref.stop()
      await ref.exited
    }
    expect(seen).toEqual(Array.from({ length: 100 }, (_, n) => n))
  })

  it('is kept by messages that an actor sends to itself', async () => {
    await using system = testSystem()
    const done = gate<readonly number[]>()
    const seen: number[] = []
    const ref = system.spawn(
      inline((self) => ({
        begin() {
          for (let n = 0; n < 10; n++) self.ref.tell('see', n)
        },
        see(n: number) {
          seen.push(n)
          if (n === 9) done.open(seen)
        },
      })),
    )
    ref.tell('begin')
    expect(await done.promise).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })
})

describe('a flooded actor', () => {
  /** Tells itself again and again until it is ended. */
  const Busy = inline((self) => ({
    spin() {
      for (let n = 0; n < 10; n++) self.ref.tell('work')
    },
    work: () => self.ref.tell('work'),
  }))

  const BusyLater = inline((self) => ({
    async spin() {
      for (let n = 0; n < 10; n++) self.ref.tell('spin')
    },
  }))

  it.each([
    ['sync', Busy],
    ['async', BusyLater],
  ] as const)('with %s handlers starves neither timers, nor I/O, nor its neighbors', async (_what, Flooded) => {
    await using system = testSystem()
    const flooded = system.spawn(Flooded as typeof Busy)
    const neighbor = system.spawn(inline(() => ({ ping: () => 'pong' })))
    flooded.tell('spin')
    await new Promise((resolve) => setTimeout(resolve, 5))
    for (let n = 0; n < 20; n++) expect(await neighbor.ask('ping')).toBe('pong')
    const { readFile } = await import('node:fs/promises')
    expect((await readFile(new URL(import.meta.url))).length).toBeGreaterThan(0)
    flooded.kill()
    expect(await flooded.exited).toEqual({ kind: 'killed' })
  })

  it('lets a neighbor go first after a share of its queue', async () => {
    await using system = testSystem()
    let handled = 0
    const flooded = system.spawn(inline(() => ({ work: () => void handled++ })))
    const neighbor = system.spawn(inline(() => ({ seen: () => handled })))
    await Promise.all([flooded.ready, neighbor.ready])
    for (let n = 0; n < 10_000; n++) flooded.tell('work')
    expect(await neighbor.ask('seen')).toBeLessThanOrEqual(1_000)
  })

  it('keeps up with one that sends it a hundred messages for each that it handles', async () => {
    await using system = testSystem()
    let waiting = 0
    let most = 0
    const { promise, open } = gate()
    const target = system.spawn(inline(() => ({ take: () => void waiting--, last: open })))
    const Producer = inline((self: Self) => ({
      produce(left: number) {
        for (let n = 0; n < 100; n++) target.tell('take')
        waiting += 100
        most = Math.max(most, waiting)
        if (left === 0) target.tell('last')
        else (self.ref as ActorRef<{ produce(left: number): void }>).tell('produce', left - 1)
      },
    }))
    system.spawn(Producer).tell('produce', 1_000)
    await promise
    expect(waiting).toBe(0)
    expect(most).toBeLessThan(1_000)
  })

  it('by two that ask each other for ever starves nobody', async () => {
    await using system = testSystem()
    const Echo = inline(() => ({ echo: (n: number) => n + 1 }))
    const echo = system.spawn(Echo)
    let rounds = 0
    let stop = false
    const Asking = inline((self) => ({
      async run() {
        while (!stop) rounds = await echo.with({ by: self }).ask('echo', rounds)
      },
    }))
    const running = system.spawn(Asking).ask('run')
    await new Promise((resolve) => setTimeout(resolve, 5))
    stop = true
    await running
    expect(rounds).toBeGreaterThan(0)
  })

  it('is ended by a stop that comes behind its queue', async () => {
    await using system = testSystem()
    let handled = 0
    const ref = system.spawn(inline(() => ({ work: async () => void handled++ })))
    for (let n = 0; n < 5_000; n++) ref.tell('work')
    ref.stop()
    expect(await ref.exited).toEqual({ kind: 'normal' })
    expect(handled).toBe(5_000)
  })
})

describe('many actors', () => {
  it('in a ring pass a message round', async () => {
    await using system = testSystem()
    const done = gate<number>()
    interface Node {
      link(next: ActorRef<Node>): void
      pass(left: number): void
    }
    const Node = inline((): Node => {
      let next: ActorRef<Node> | null = null
      return {
        link: (ref) => void (next = ref),
        pass: (left) => (left === 0 ? done.open(0) : void next?.tell('pass', left - 1)),
      }
    })
    const nodes = Array.from({ length: 500 }, () => system.spawn(Node))
    for (const [at, node] of nodes.entries()) node.tell('link', nodes[(at + 1) % nodes.length] ?? node)
    nodes[0]?.tell('pass', 20_000)
    expect(await done.promise).toBe(0)
    await turns(1)
  })
})
