/**
 * Shakes hands over a new link: the dialer says who it is, the acceptor answers with the same or with a refusal. Where the
 * ends have a secret, the acceptor's proof follows, then the dialer's, then the acceptor's welcome. Nothing but raw bytes is
 * read before all of it has succeeded, and the time for the whole is bounded.
 */
import { assertNever } from '../base/assert.ts'
import type { Timer } from '../base/clock.ts'
import { AuthenticationError, HandshakeError } from '../errors/remote-errors.ts'
import { isTroupeError } from '../errors/troupe-error.ts'
import { type ExitReason, describeExit } from '../model/exit-reason.ts'
import type { Link, LinkEvents } from '../model/link.ts'
import type { Secret } from '../model/link-policy.ts'
import { Challenge } from './challenge.ts'
import {
  HELLO_LIMIT,
  type Hello,
  PROTOCOL_VERSION,
  decodeHandshake,
  encodeHello,
  encodeProof,
  encodeRefusal,
  encodeWelcome,
} from './hello.ts'
import type { LocalNode } from './local-node.ts'
import { Session } from './session.ts'
import type { SessionSettings } from './session-options.ts'

export interface HandshakeOptions {
  readonly link: Link
  readonly local: LocalNode
  readonly settings: SessionSettings
  readonly secret: Secret | undefined
  readonly agreed: (session: Session) => void
  readonly failed: (error: Error) => void
}

/** To whoever did not prove itself: the same words whatever was wrong, so that nobody learns from them. */
const UNPROVEN = 'authentication failed'

export class Handshake implements LinkEvents {
  readonly #link: Link
  readonly #local: LocalNode
  readonly #settings: SessionSettings
  readonly #secret: Secret | undefined
  readonly #agreed: (session: Session) => void
  readonly #failed: (error: Error) => void
  #timer: Timer | null = null
  /** What the peer has to say next, or refuse. */
  #expected: 'hello' | 'proof' | 'welcome' = 'hello'
  /** Null without a secret. */
  #challenge: Challenge | null = null
  /** What the peer said of itself. */
  #hello: Hello | null = null
  /** Whether a proof is being computed: the next frame waits meanwhile. */
  #busy = false
  #early: Uint8Array | null = null
  #over = false
  /** Where the link's reports go from the moment of agreement. */
  #session: LinkEvents | null = null

  constructor({ link, local, settings, secret, agreed, failed }: HandshakeOptions) {
    this.#link = link
    this.#local = local
    this.#settings = settings
    // A worker's link reaches nobody else.
    this.#secret = settings.trust === 'trusted' ? undefined : secret
    this.#agreed = agreed
    this.#failed = failed
  }

  begin(): void {
    const { handshakeTimeout, role } = this.#settings
    const late = (): void => this.#fail(`no answer within ${handshakeTimeout} ms`, undefined, 'none')
    this.#timer = this.#local.clock.start(handshakeTimeout, late, 'deadline')
    this.#link.open(this)
    if (this.#over) return
    const start = (): void => void (role === 'dialer' && this.#sayHello())
    if (this.#secret === undefined) return start()
    this.#await(Challenge.create(this.#secret, role, this.#link.binding), (challenge) => {
      this.#challenge = challenge
      start()
    })
  }

  frame(bytes: Uint8Array): void {
    if (this.#session !== null) this.#session.frame(bytes)
    else if (this.#over) return
    else if (!this.#busy) this.#hear(bytes)
    else if (this.#early === null && bytes.length <= HELLO_LIMIT) this.#early = bytes
    else this.#fail('it sends before it was answered')
  }

  drain(): void {
    this.#session?.drain()
  }

  leaving(): void {
    this.#session?.leaving?.()
  }

  closed(reason: ExitReason): void {
    if (this.#session !== null) this.#session.closed(reason)
    else this.#fail(`the link ended: ${describeExit(reason)}`, 'error' in reason ? reason.error : undefined, 'none')
  }

  /** Goes on with `then` when the step is done, then with the frame that came meanwhile. Nothing happens if the link ended. */
  #await<Value>(step: Promise<Value>, then: (value: Value) => void): void {
    this.#busy = true
    const done = (value: Value): void => {
      if (this.#over) return
      this.#busy = false
      then(value)
      const early = this.#early
      if (this.#busy || early === null) return
      this.#early = null
      this.frame(early)
    }
    const failed = (error: unknown): void =>
      this.#end(
        isTroupeError(error) ? error : this.#authenticationError(`the proof could not be computed: ${String(error)}`, error),
      )
    step.then(done, failed).catch((error: unknown) => {
      // A transport or a listener to events threw, and no caller is left to hear it.
      this.#local.emit({ kind: 'unhandled-error', path: this.#link.peer, error, during: 'a handshake' })
      this.#fail(String(error), error)
    })
  }

  #hear(bytes: Uint8Array): void {
    const frame = decodeHandshake(bytes)
    switch (frame.kind) {
      case 'hello':
        return this.#expected === 'hello'
          ? this.#meet(frame.hello, bytes)
          : this.#distrust('it sent a second hello instead of a proof')
      case 'proof':
        return this.#expected === 'proof' ? this.#check(frame.proof, bytes) : this.#fail('it sent a proof that nobody asked for')
      case 'welcome':
        return this.#expected === 'welcome' ? this.#agree() : this.#distrust('it skipped the proofs')
      case 'other-version':
        return this.#refuse(
          `it speaks protocol version ${frame.version}, we speak ${PROTOCOL_VERSION}`,
          `we speak protocol version ${PROTOCOL_VERSION}, not ${frame.version}`,
        )
      case 'refusal':
        return frame.about === 'authentication'
          ? this.#end(this.#authenticationError(`it refused: ${frame.problem}`))
          : this.#fail(`it refused: ${frame.problem}`)
      case 'malformed':
        return this.#fail(frame.problem)
      default:
        return assertNever(frame)
    }
  }

  #meet(hello: Hello, bytes: Uint8Array): void {
    const { codec, id } = this.#local
    const { role } = this.#settings
    if (hello.codec !== codec.name) {
      this.#refuse(`it pickles with ${hello.codec}, we with ${codec.name}`, `we pickle with ${codec.name}, not ${hello.codec}`)
      return
    }
    if (hello.id === id) {
      this.#refuse('it is this node', 'we are the same node')
      return
    }
    this.#hello = hello
    const challenge = this.#challenge
    if (challenge === null) {
      if (hello.nonce !== undefined) this.#distrust('it asks for a secret, and we have none', 'we have no secret')
      else if (role === 'dialer' || this.#sayHello()) this.#agree()
      return
    }
    const { nonce, keyId } = hello
    if (nonce === undefined || (role === 'acceptor' && keyId === undefined)) {
      this.#distrust('it has no secret, or hides it', 'we take only peers that know our secret')
      return
    }
    challenge.add(bytes)
    this.#expected = 'proof'
    if (role === 'dialer') return
    challenge.choose(keyId ?? nonce)
    if (this.#sayHello()) this.#prove(challenge)
  }

  /** False when this node's names do not fit the layout. */
  #sayHello(): boolean {
    const { id, name, codec } = this.#local
    const { role, window } = this.#settings
    const challenge = this.#challenge
    const records = challenge && { nonce: challenge.nonce, ...(role === 'dialer' ? { keyId: challenge.keyId } : {}) }
    try {
      const frame = encodeHello({ version: PROTOCOL_VERSION, id, name, codec: codec.name, window, ...records })
      challenge?.add(frame)
      this.#link.send(frame)
      return true
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error), error)
      return false
    }
  }

  #prove(challenge: Challenge): void {
    this.#await(challenge.prove(), (proof) => {
      const frame = encodeProof(proof)
      challenge.add(frame)
      this.#link.send(frame)
    })
  }

  #check(proof: Uint8Array, bytes: Uint8Array): void {
    const challenge = this.#challenge
    if (challenge === null) return this.#fail('it sent a proof that nobody asked for')
    this.#await(challenge.check(proof), (isRight) => {
      if (!isRight) return this.#distrust('it did not prove that it knows the secret')
      if (this.#settings.role === 'acceptor') {
        this.#link.send(encodeWelcome())
        this.#agree()
        return
      }
      challenge.add(bytes)
      this.#expected = 'welcome'
      this.#prove(challenge)
    })
  }

  #agree(): void {
    const hello = this.#hello
    if (hello === null || this.#over) return
    this.#timer?.cancel()
    const session = new Session({ link: this.#link, local: this.#local, hello, settings: this.#settings })
    this.#over = true
    this.#session = session.events
    this.#agreed(session)
  }

  #refuse(problem: string, said: string): void {
    this.#link.send(encodeRefusal(said))
    this.#fail(problem)
  }

  #distrust(problem: string, said: string = UNPROVEN): void {
    this.#link.send(encodeRefusal(said, 'authentication'))
    this.#end(this.#authenticationError(problem))
  }

  #authenticationError(problem: string, cause?: unknown): AuthenticationError {
    return new AuthenticationError(`no connection to ${this.#link.peer}: ${problem}`, cause)
  }

  #fail(problem: string, cause?: unknown, answer: HandshakeError['answer'] = 'refused'): void {
    this.#end(new HandshakeError(this.#link.peer, problem, cause, answer))
  }

  #end(error: Error): void {
    if (this.#over) return
    this.#over = true
    this.#early = null
    this.#timer?.cancel()
    this.#link.close()
    this.#failed(error)
  }
}
