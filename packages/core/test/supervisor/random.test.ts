import { describe, expect, it } from 'vitest'
import { actor } from '../../src/actor/define.ts'
import { supervisor } from '../../src/actor/supervisor.ts'
import { ManualClock } from '../../src/base/manual-clock.ts'
import { type Random, seededRandom } from '../../src/base/random.ts'
import type { ActorRef } from '../../src/model/ref.ts'
import { silentLog } from '../../src/system/console-log.ts'
import { createSystem } from '../../src/system/troupe-system.ts'
import { childOf, type MemberProtocol, type SupervisorRef } from '../support/members.ts'
import { turns } from '../support/waiting.ts'

const STRATEGIES = ['one-for-one', 'one-for-all', 'rest-for-one', 'simple-one-for-one'] as const
const RESTARTS = ['permanent', 'transient', 'temporary'] as const
const SHUTDOWNS = [0, 10, 50, 'brutal-kill', 'infinity'] as const

/** A supervisor whose children behave as chance will have it, and callers that do what comes to their minds. */
class Chaos {
  readonly clock = new ManualClock()
  readonly system = createSystem({ name: 'chaos', log: silentLog, clock: this.clock, random: seededRandom(1), stopTimeout: 100 })
  readonly asks: Promise<unknown>[] = []
  /** Lives that were set up and did not end yet, by their AbortSignals. */
  living = 0
  readonly #random: Random
  #ids = 0
  #calm = false

  constructor(seed: number) {
    this.#random = seededRandom(seed)
  }

  async run(steps: number): Promise<void> {
    const strategy = this.#pick(STRATEGIES)
    const count = strategy === 'simple-one-for-one' ? 1 : this.#below(5)
    const shop = this.system.spawn(
      supervisor({
        name: 'Shop',
        strategy,
        maxRestarts: this.#chance(0.3) ? 2 : Infinity,
        ...(this.#chance(0.5) && { backoff: { min: 5, max: 40, jitter: 0.5 } }),
        children: Array.from({ length: count }, () => this.#spec()),
      }),
    )
    for (let step = 0; step < steps; step++) await this.#step(shop, strategy)
    this.#calm = true
    if (this.#chance(0.5)) await this.#settle(shop)
    await this.#end(shop)
  }

  /** From now on nobody fails: all that was going on comes to its end, and what is up answers. */
  async #settle(shop: SupervisorRef): Promise<void> {
    for (let n = 0; n < 20; n++) await this.clock.advance(50)
    let isUp = true
    void shop.exited.then(() => (isUp = false))
    await turns()
    if (!isUp) return
    const children = await shop.ask('children')
    expect(children.filter(({ state }) => state !== 'running' && state !== 'stopped')).toEqual([])
    for (const { id, state } of children)
      if (state === 'running') expect(await (await childOf(shop, id)).ask('get')).toBeTypeOf('number')
    const running = children.filter(({ state }) => state === 'running').length
    expect(await shop.ask('count')).toMatchObject({ specs: children.length, active: running })
    expect(this.living).toBe(running)
  }

  async #end(shop: SupervisorRef): Promise<void> {
    if (this.#chance(0.3)) shop.kill()
    const down = this.system.shutdown()
    await this.clock.advance(12_000)
    await down
    await Promise.allSettled(this.asks)
    expect(this.living).toBe(0)
    expect(this.clock.pending).toBe(0)
  }

  async #step(shop: SupervisorRef, strategy: (typeof STRATEGIES)[number]): Promise<void> {
    const id = strategy === 'simple-one-for-one' ? `c1-${1 + this.#below(5)}` : `c${1 + this.#below(6)}`
    const what = this.#below(12)
    if (what < 4)
      void childOf(shop, id)
        .then((ref) => this.#upset(ref))
        .catch(() => undefined)
    else if (what < 6) this.#ask(shop.ask('terminateChild', id))
    else if (what < 8) this.#ask(shop.ask('restartChild', id))
    else if (what < 9) this.#ask(shop.ask('deleteChild', id))
    else if (what < 11) this.#ask(shop.ask('startChild', strategy === 'simple-one-for-one' ? [] : this.#spec()))
    else this.#ask(shop.ask('count'))
    if (this.#chance(0.4)) await turns(1)
    if (this.#chance(0.3)) await this.clock.advance(this.#below(30))
  }

  #ask(answer: Promise<unknown>): void {
    this.asks.push(answer)
    answer.catch(() => undefined)
  }

  #upset(ref: ActorRef<MemberProtocol>): void {
    const what = this.#below(4)
    if (what === 0) ref.kill()
    else if (what === 1) void ref.tell('fail')
    else if (what === 2) ref.stop()
    else this.#ask(ref.ask('hang'))
  }

  #spec() {
    return {
      id: `c${++this.#ids}`,
      actor: this.#member(),
      restart: this.#pick(RESTARTS),
      shutdown: this.#pick(SHUTDOWNS),
    }
  }

  #member() {
    return actor({
      name: 'Member',
      setup: (self) => {
        const delay = this.#calm || this.#chance(0.7) ? 0 : this.#below(60)
        const fails = !this.#calm && this.#chance(0.2)
        if (fails && delay === 0) throw new Error('setup')
        this.living++
        self.signal.addEventListener('abort', () => this.living--)
        const slow = this.#chance(0.3) ? this.#below(60) : 0
        self.onStop(() => (slow === 0 ? undefined : this.#sleep(slow)))
        const handlers = {
          get: () => 1,
          fail: () => {
            throw new Error('message')
          },
          hang: () => this.#sleep(100),
        }
        if (delay === 0) return handlers
        return this.#sleep(delay).then(() => {
          if (fails) throw new Error('late')
          return handlers
        })
      },
    })
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.clock.start(ms, resolve))
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

const SEEDS = Number(process.env['TROUPE_SEEDS'] ?? 40)
const FIRST = Number(process.env['TROUPE_SEED'] ?? 1)

describe('a supervisor under random failures and calls', () => {
  it.each(Array.from({ length: SEEDS }, (_, index) => FIRST + index))(
    'comes to rest, and leaves nothing behind: seed %i',
    async (seed) => {
      await new Chaos(seed).run(60)
    },
  )
})
