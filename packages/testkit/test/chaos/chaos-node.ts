/**
 * A node of the chaos: a system with players, who send, ask, stream and watch at random, and note all of it in the history.
 */
import {
  type ActorDefinition,
  type ActorRef,
  type Dynamic,
  type RemoteNode,
  type Self,
  type System,
  actor,
  createSystem,
  silentLog,
} from '@troupe/core'
import type { Clock } from '@troupe/core/transport'
import { type History, type Life, PLANNED } from './history.ts'

/** What is wrong on purpose, to see that the checker finds it. */
export type Planted = 'none' | 'repeat' | 'swallow' | 'swap' | 'apply-twice' | 'watch-twice'

export interface Run {
  readonly history: History
  readonly clock: Clock
  readonly random: () => number
  readonly planted: Planted
  /** The next name of something opened. */
  readonly nextId: () => string
}

/** Somebody at the other end, and the life in which the ref came; null: found by name, whatever the life. */
interface Contact {
  readonly ref: ActorRef<Dynamic>
  readonly peer: string
  readonly receiver: string
  readonly life: Life
}

export class ChaosNode {
  readonly name: string
  readonly system: System
  readonly #run: Run
  readonly #contacts: Contact[] = []
  /** How often each peer came up, and which of them are. */
  readonly #ups = new Map<string, number>()
  readonly #isUp = new Set<string>()
  /** Lives that ended and were not looked at. */
  readonly ended: string[] = []
  readonly #player: ActorRef<Dynamic>
  /** What players have here that others watch. */
  readonly #mortals = new Map<string, ActorRef<Dynamic>>()

  constructor(name: string, run: Run) {
    this.name = name
    this.#run = run
    this.system = createSystem({ name, log: silentLog, clock: run.clock, ids: () => name })
    this.system.nodes.subscribe(({ node, state }) => {
      if (state === 'up') {
        this.#ups.set(node, (this.#ups.get(node) ?? 0) + 1)
        this.#isUp.add(node)
      } else {
        const life = this.#lifeWith(node)
        if (life !== null) this.ended.push(life)
        this.#isUp.delete(node)
      }
    })
    // Safe: the driver calls it by names that are checked by the tests alone.
    this.#player = this.system.spawn(this.#definition()) as ActorRef<Dynamic>
    this.system.register('player', this.#player)
  }

  /** The other node's player, by name, over all lives. */
  meet(far: RemoteNode, peer: string): void {
    this.#contacts.push({ ref: far.lookup('player'), peer, receiver: `player of ${peer}`, life: null })
  }

  /** Does one thing at random. */
  act(): void {
    const { random } = this.#run
    const contact = this.#contacts[Math.floor(random() * this.#contacts.length)]
    if (contact === undefined) return
    const choice = random()
    if (choice < 0.5) this.#tell(contact, 1 + Math.floor(random() * 5))
    else if (choice < 0.7) this.#ask(contact)
    else if (choice < 0.8) this.#stream(contact)
    else if (choice < 0.9) this.#watch(contact)
    else if (choice < 0.95) this.#introduce(contact)
    else this.#endOne()
  }

  endAll(): void {
    while (this.#mortals.size > 0) this.#endOne()
  }

  /** Refs from lives that are over are tried now and then, too: nothing may come of it. */
  #lifeOf({ peer, life }: Contact): Life {
    const current = this.#lifeWith(peer)
    return life === null || life === current ? current : null
  }

  #lifeWith(peer: string): Life {
    return this.#isUp.has(peer) ? `${this.name}>${peer}#${this.#ups.get(peer)}` : null
  }

  #tell(contact: Contact, times: number): void {
    const life = this.#lifeOf(contact)
    for (let n = 0; n < times; n++) {
      // A ref has an order of its own, and so has a name.
      const [key, number] = this.#run.history.send(life, `${contact.receiver}${contact.life === null ? '' : ' by ref'}`)
      void contact.ref.tell('take', key, number)
    }
  }

  #ask(contact: Contact): void {
    const { history, nextId, random } = this.#run
    const open = history.open('ask', nextId(), this.#lifeOf(contact))
    const how = random() < 0.7 ? 'now' : random() < 0.4 ? 'fail' : random() < 0.5 ? 'later' : 'never'
    contact.ref
      .with({ timeout: Infinity })
      .ask('echo', open.id, how)
      .then(
        (value) => open.ends.push({ kind: 'value', value }),
        (error: unknown) => open.ends.push({ kind: 'thrown', error }),
      )
  }

  #stream(contact: Contact): void {
    const { history, nextId, random } = this.#run
    const open = history.open('stream', nextId(), this.#lifeOf(contact))
    const count = Math.floor(random() * 200)
    contact.ref.stream('numbers', open.id, count).subscribe({
      next: (value) => open.values.push(value),
      error: (error: unknown) => open.ends.push({ kind: 'thrown', error }),
      complete: () => open.ends.push({ kind: 'value', value: count }),
    })
  }

  /** Asks for a mortal, and watches it: in the life in which its ref came. */
  #watch(contact: Contact): void {
    const { history, nextId } = this.#run
    const id = nextId()
    const before = this.#lifeOf(contact)
    contact.ref
      .with({ timeout: Infinity })
      .ask('bear', id)
      .then(
        (ref) => {
          if (before === this.#lifeWith(contact.peer)) this.#player.tell('watch', ref, history.open('watch', id, before))
        },
        () => undefined,
      )
  }

  /** The other player gets a ref to this one. */
  #introduce(contact: Contact): void {
    void contact.ref.tell('meet', this.#player, this.name)
  }

  #endOne(): void {
    const [first] = this.#mortals
    if (first === undefined) return
    const [id, ref] = first
    this.#mortals.delete(id)
    const isKilled = this.#run.random() < 0.5
    this.#run.history.end(id, isKilled ? 'killed' : 'normal')
    if (isKilled) ref.kill()
    else ref.stop()
  }

  #definition(): ActorDefinition<object, readonly []> {
    const { history, planted, clock, random } = this.#run
    const isPlanted = (what: Planted): boolean => planted === what && random() < 0.2
    return actor({
      name: 'Player',
      setup: (self: Self) => {
        let held: (() => void) | null = null
        return {
          take: (key: string, number: number) => {
            if (isPlanted('swallow')) return
            const arrive = (): void => history.arrive(key, number)
            if (held === null && isPlanted('swap')) {
              held = arrive
              return
            }
            arrive()
            held?.()
            held = null
            if (isPlanted('repeat')) arrive()
          },
          echo: (id: string, how: string) => {
            history.apply(id)
            if (isPlanted('apply-twice')) history.apply(id)
            if (how === 'now') return id
            const answer = self.defer<string>()
            if (how === 'fail') answer.reject(new RangeError(PLANNED)) // thrown, it would be the player's end
            if (how === 'later') clock.start(random() * 100, () => answer.resolve(id))
            return answer
          },
          async *numbers(id: string, count: number) {
            history.apply(id)
            for (let n = 0; n < count; n++) yield n
          },
          bear: (id: string) => {
            const mortal = self.spawn(actor({ name: 'Mortal', setup: () => ({}) }))
            this.#mortals.set(id, mortal)
            return mortal
          },
          meet: (ref: ActorRef<Dynamic>, peer: string) => {
            const life = this.#lifeWith(peer)
            if (life !== null && !this.#contacts.some((known) => known.life === life))
              this.#contacts.push({ ref, peer, receiver: `player of ${peer}`, life })
          },
          watch: (ref: ActorRef<Dynamic>, open: ReturnType<History['open']>) => {
            self.watch(ref, (reason) => {
              open.ends.push({ kind: 'reason', reason })
              if (isPlanted('watch-twice')) open.ends.push({ kind: 'reason', reason })
            })
          },
        }
      },
    })
  }
}
