/**
 * Three nodes, each connected to the others over links that do everything wrong that links can do, and come back. Whatever
 * happened, the promises hold. Every run is repeated by its seed, which a failure prints with what was done to the links.
 */
import type { RemoteNode } from '@troupe/core'
import { ManualClock, memoryTransport } from '@troupe/core/transport'
import { describe, expect, it } from 'vitest'
import { withFaults } from '../../src/fault-link.ts'
import { type FaultKind, type FaultWay, Faults } from '../../src/faults.ts'
import { seededRandom } from '../../src/seeded-random.ts'
import { ChaosNode, type Planted } from './chaos-node.ts'
import { History } from './history.ts'

const RUNS = 15
const STEPS = 250
const RATES = { duplicate: 0.003, reorder: 0.003, lose: 0.003, truncate: 0.003, corrupt: 0.003, cut: 0.003, 'half-open': 0.002 }
const RECONNECT = { min: 20, max: 200, jitter: 0 } // jitter is by chance that no seed repeats

/** Leaves handshakes alone: without a secret nothing tells a changed one from another one. faulty-frames.test.ts tries them. */
class SessionFaults extends Faults {
  override decide(way: FaultWay, frame: Uint8Array): FaultKind | null {
    return frame[0] === 3 || frame[0] === 4 ? super.decide(way, frame) : null
  }
}

class Chaos implements AsyncDisposable {
  readonly clock = new ManualClock()
  readonly history = new History()
  readonly faults: Faults
  readonly #random: () => number
  readonly nodes: readonly ChaosNode[]
  readonly #handles: RemoteNode[] = []

  constructor(seed: number, planted: Planted) {
    let ids = 0
    this.#random = seededRandom(seed)
    this.faults = new SessionFaults({ seed, delay: [0.1, 20], clock: this.clock })
    const run = { history: this.history, clock: this.clock, random: this.#random, planted, nextId: () => `#${++ids}` }
    this.nodes = ['a', 'b', 'c'].map((name) => new ChaosNode(name, run))
  }

  async connect(): Promise<void> {
    for (const [at, near] of this.nodes.entries()) {
      for (const far of this.nodes.slice(0, at)) {
        const { listener, connector } = memoryTransport({ clock: this.clock })
        await far.system.listen(listener)
        const calling = near.system.connect({ ...withFaults(connector, this.faults), reconnect: RECONNECT })
        await this.clock.advance(200)
        const handle = await calling
        this.#handles.push(handle)
        near.meet(handle, far.name)
      }
    }
  }

  async step(): Promise<void> {
    const random = this.#random
    for (const node of this.nodes) node.act()
    const choice = random()
    if (choice < 0.01) this.faults.cut()
    else if (choice < 0.02) this.faults.halfOpen((['out', 'in', 'both'] as const)[Math.floor(random() * 3)])
    else if (choice < 0.04) this.faults.heal()
    else this.faults.set(RATES)
    await this.clock.advance(random() * 60)
    await this.#checkLives()
  }

  /** Faults end, and with them all that they did. */
  async settle(): Promise<void> {
    this.faults.heal()
    await this.clock.advance(5_000)
    await this.#checkLives()
    expect(this.#handles.map(({ alive }) => alive)).toEqual([true, true, true])
    for (const node of this.nodes) node.endAll()
    await this.clock.advance(1_000)
    this.faults.cut() // what nobody answers ends with its link
    await turns()
    await this.#checkLives()
  }

  /** A dead link ends all at once: no time passes. */
  async #checkLives(): Promise<void> {
    const lives = this.nodes.flatMap(({ ended }) => ended.splice(0))
    if (lives.length === 0) return
    await turns()
    for (const life of lives) this.history.checkLife(life)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.faults.heal()
    await Promise.all([...this.nodes.map(({ system }) => system.shutdown()), this.clock.advance(30_000)])
    expect([this.clock.pending, this.faults.open]).toEqual([0, 0])
  }
}

async function run(seed: number, planted: Planted = 'none'): Promise<Chaos> {
  await using chaos = new Chaos(seed, planted)
  await chaos.connect()
  for (let n = 0; n < STEPS; n++) await chaos.step()
  await chaos.settle()
  return chaos
}

async function turns(): Promise<void> {
  for (let n = 0; n < 10; n++) await new Promise<void>((resolve) => void setImmediate(resolve))
}

describe('nodes over links that break their word', () => {
  it.each(Array.from({ length: RUNS }, (_, at) => at + 1))('keep every promise (seed %i)', async (seed) => {
    const { history, faults } = await run(seed)
    expect(history.problems(), faults.log.join(', ')).toEqual([])
    const { arrived, opened, disconnected } = history.counts
    expect(Math.min(arrived, opened)).toBeGreaterThan(100)
    expect(disconnected).toBeGreaterThan(5)
    expect(faults.log.length).toBeGreaterThan(10)
  })
})

describe('a run', () => {
  it('is repeated by its seed', async () => {
    const [one, same, other] = [await run(7), await run(7), await run(8)]
    expect([same.faults.log, same.history.counts]).toEqual([one.faults.log, one.history.counts])
    expect(other.faults.log).not.toEqual(one.faults.log)
  })
})

describe('the checker', () => {
  it.each(['repeat', 'swallow', 'swap', 'apply-twice', 'watch-twice'] as const)('finds what is planted: %s', async (planted) => {
    const { history } = await run(1, planted)
    expect(history.problems()).not.toEqual([])
  })

  it('finds what is open after its link, and what was never answered', () => {
    const history = new History()
    const lost = history.open('ask', '#1', 'b>a#1')
    history.open('watch', '#2', 'b>a#2')
    history.checkLife('b>a#1')
    lost.ends.push({ kind: 'reason', reason: { kind: 'disconnected', node: 'a' } })
    expect(history.problems()).toEqual(["the ask #1 is open after its link's end (b>a#1)", 'the watch #2 ended 0 times'])
  })

  it('finds what arrives without a link, or from another one', () => {
    const history = new History()
    history.arrive(...history.send(null, 'player of a'))
    history.send('b>a#1', 'player of a')
    history.arrive(...history.send('b>a#1', 'player of a'))
    expect(history.problems()).toHaveLength(2)
  })
})
