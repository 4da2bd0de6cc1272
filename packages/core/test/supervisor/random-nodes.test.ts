import { describe, expect, it } from 'vitest'
import { actor } from '../../src/actor/define.ts'
import { supervisor } from '../../src/actor/supervisor.ts'
import { type Random, seededRandom } from '../../src/base/random.ts'
import type { ExitReason } from '../../src/model/exit-reason.ts'
import { type MemberProtocol, type SupervisorRef, childOf } from '../support/members.ts'
import { MODULE, MemoryNode } from '../support/memory-node.ts'
import { testSystem } from '../support/test-system.ts'
import { stateOf, turns } from '../support/waiting.ts'

const STRATEGIES = ['one-for-one', 'one-for-all', 'rest-for-one'] as const
const ENDS: readonly ExitReason[] = [{ kind: 'signal', signal: 'SIGKILL' }, { kind: 'exit', code: 3 }, { kind: 'normal' }]
const IDS = ['w', 'a', 'b', 'v', 'c', 'd'] as const

/** Two nodes, each with children, and one child here; nodes die, children crash, callers interfere. */
class Chaos {
  readonly system = testSystem()
  readonly asks: Promise<unknown>[] = []
  readonly nodes: { readonly w: MemoryNode; readonly v: MemoryNode }
  /** Lives that were set up and did not end yet, by their AbortSignals. */
  living = 0
  readonly #random: Random
  #calm = true
  readonly #Member = actor({
    name: 'Member',
    module: MODULE,
    setup: (self) => {
      if (!this.#calm && this.#chance(0.1)) throw new Error('setup')
      this.living++
      self.signal.addEventListener('abort', () => this.living--)
      return {
        get: () => 1,
        fail: () => {
          throw new Error('message')
        },
        shutDown: () => void self.system.shutdown(),
      }
    },
  })

  constructor(seed: number) {
    this.#random = seededRandom(seed)
    this.nodes = { w: this.#node('w'), v: this.#node('v') }
  }

  async run(steps: number): Promise<void> {
    const { w, v } = this.nodes
    const remote = { actor: this.#Member, shutdown: 50 }
    const shop = this.system.spawn(
      supervisor({
        name: 'Shop',
        strategy: this.#pick(STRATEGIES),
        maxRestarts: Infinity,
        children: [
          { id: 'w', actor: w.definition },
          { id: 'a', on: 'w', ...remote },
          { id: 'b', on: 'w', ...remote, restart: 'transient' },
          { id: 'v', actor: v.definition, restart: 'transient' },
          { id: 'c', on: 'v', ...remote },
          { id: 'd', actor: this.#Member },
        ],
      }),
    )
    await shop.ready
    this.#calm = false
    for (let step = 0; step < steps; step++) await this.#step(shop)
    this.#calm = true
    await this.#settle(shop)
    if (this.#chance(0.3)) shop.kill()
    await this.system.shutdown()
    await Promise.allSettled([...this.asks, ...w.served, ...v.served])
    expect(this.living).toBe(0)
  }

  async #settle(shop: SupervisorRef): Promise<void> {
    const states = async (): Promise<readonly string[]> => (await shop.ask('children')).map(({ id, state }) => `${id} ${state}`)
    for (let round = 0; round < 200; round++) {
      await turns(5)
      if ((await stateOf(shop.exited)) === 'resolved') return
      if ((await states()).every((line) => /running|stopped/.test(line))) break
    }
    const settled = await states()
    expect(settled.filter((line) => !/running|stopped/.test(line))).toEqual([])
    for (const line of settled) {
      const [id = '', state] = line.split(' ')
      if (state === 'running' && id !== 'w' && id !== 'v') expect(await (await childOf(shop, id)).ask('get')).toBe(1)
      const on = { a: 'w', b: 'w', c: 'v' }[id]
      if (state === 'running' && on !== undefined) expect(settled).toContain(`${on} running`)
    }
  }

  async #step(shop: SupervisorRef): Promise<void> {
    const id = this.#pick(IDS)
    const what = this.#below(10)
    if (what < 3) this.#ask(childOf(shop, id).then((ref) => this.#upset(ref)))
    else if (what < 5) this.#pick([this.nodes.w, this.nodes.v]).end(this.#pick(ENDS))
    else if (what < 6) this.#ask(shop.ask('terminateChild', id))
    else if (what < 9) this.#ask(shop.ask('restartChild', id))
    else this.#ask(shop.ask('count'))
    await turns(this.#below(6))
  }

  #ask(answer: Promise<unknown>): void {
    this.asks.push(answer)
    answer.catch(() => undefined)
  }

  #upset(ref: Awaited<ReturnType<typeof childOf>>): void {
    const what = this.#below(4)
    if (what === 0) ref.kill()
    else if (what === 1) void ref.tell('fail')
    else if (what === 2) this.#ask(ref.ask('get' satisfies keyof MemberProtocol))
    else if (!ref.path.endsWith('/d')) void ref.tell('shutDown')
  }

  #node(name: string): MemoryNode {
    const node = new MemoryNode(name, { Member: this.#Member })
    node.onLaunch = () => {
      if (!this.#calm && this.#chance(0.2)) throw new Error('launch')
    }
    return node
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit)
  }

  #chance(share: number): boolean {
    return this.#random() < share
  }

  #pick<Choice>(choices: readonly Choice[]): Choice {
    const choice = choices[this.#below(choices.length)]
    if (choice === undefined) throw new Error('nothing to pick')
    return choice
  }
}

const SEEDS = Number(process.env['TROUPE_SEEDS'] ?? 20)
const FIRST = Number(process.env['TROUPE_SEED'] ?? 1)

describe('a supervisor of nodes under random failures and calls', () => {
  it.each(Array.from({ length: SEEDS }, (_, index) => FIRST + index))(
    'comes to rest, and leaves nothing behind: seed %i',
    async (seed) => {
      await new Chaos(seed).run(40)
    },
  )
})
