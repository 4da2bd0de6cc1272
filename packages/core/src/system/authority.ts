/**
 * What the peer of one link may use by name here, and what its operator hears of what it may not. One per link: the
 * answers of `authorize` and the refusals are its own, and both are bounded, so that a peer that tries everything costs
 * neither memory nor a flood of events.
 */
import type { SystemEvent } from '../model/event.ts'
import type { LinkPolicy, PeerAction, PeerInfo } from '../model/link-policy.ts'

/** Answers of `authorize` that are remembered; the oldest makes room. */
const REMEMBERED = 1_024

/** Different refusals that are told one by one; what comes above them is told as one. */
const TOLD_APART = 1_024

/** Longer names are refused unasked: nobody registered or offered them in earnest. */
const LONGEST_NAME = 1_024

/** Characters of a name that an event shows. */
const SHOWN = 200

export class Authority {
  readonly #policy: LinkPolicy
  readonly #emit: (event: SystemEvent) => void
  /** Null until it has proved itself. Written by met. */
  #peer: PeerInfo | null = null
  readonly #answers = new Map<string, boolean>()
  /** How often each was refused. */
  readonly #refusals = new Map<string, number>()

  constructor(policy: LinkPolicy, emit: (event: SystemEvent) => void) {
    this.#policy = policy
    this.#emit = emit
  }

  met(peer: PeerInfo): void {
    this.#peer = peer
  }

  /** Whether the peer may do that. A no is an event; who asked it is told by the caller. Spawns are asked each time, the rest once. */
  mayUse(action: PeerAction, name: string): boolean {
    const yes = this.allows(action, name)
    if (!yes) this.refused(action, name)
    return yes
  }

  /** The same, for what the peer did not ask: a no is no event. */
  allows(action: PeerAction, name: string): boolean {
    if (name.length > LONGEST_NAME) return false
    const { authorize } = this.#policy
    if (authorize === undefined) return true
    if (action === 'spawn') return this.#ask(authorize, action, name)
    const key = `${action} ${name}`
    const known = this.#answers.get(key)
    if (known !== undefined) return known
    const yes = this.#ask(authorize, action, name)
    this.#answers.set(key, yes)
    if (this.#answers.size > REMEMBERED) {
      const [oldest] = this.#answers.keys()
      if (oldest !== undefined) this.#answers.delete(oldest)
    }
    return yes
  }

  /** The peer tried what it may not. Told the first time, the tenth, the hundredth, and so on. */
  refused(action: string, name: string): void {
    let shown = name.length <= SHOWN ? name : `${name.slice(0, SHOWN)}…`
    let key = `${action} ${shown}`
    if (!this.#refusals.has(key) && this.#refusals.size >= TOLD_APART) {
      key = ''
      shown = 'and more'
    }
    const times = (this.#refusals.get(key) ?? 0) + 1
    this.#refusals.set(key, times)
    if (!isPowerOfTen(times)) return
    const event = { kind: 'peer-refused', node: this.#peer?.name ?? 'unknown', action, name: shown } as const
    this.#emit(times === 1 ? event : { ...event, times })
  }

  /** Only `true` is a yes: a promise of one, or a throw, is none. */
  #ask(authorize: NonNullable<LinkPolicy['authorize']>, action: PeerAction, name: string): boolean {
    if (this.#peer === null) return false
    try {
      const answer: unknown = authorize(this.#peer, action, name)
      if (answer instanceof Promise) answer.catch(() => undefined)
      return answer === true
    } catch (error) {
      this.#emit({ kind: 'unhandled-error', path: this.#peer.name, error, during: 'authorize' })
      return false
    }
  }
}

function isPowerOfTen(times: number): boolean {
  let rest = times
  while (rest % 10 === 0) rest /= 10
  return rest === 1
}
