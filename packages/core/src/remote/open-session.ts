/**
 * Shakes hands over a new link: the dialer says who it is, the acceptor answers with the same or with a refusal. Nothing
 * but raw bytes is read before both have agreed on protocol and codec, and the time for it is bounded.
 */
import { assertNever } from '../base/assert.ts'
import type { Timer } from '../base/clock.ts'
import { HandshakeError } from '../errors/remote-errors.ts'
import { type ExitReason, describeExit } from '../model/exit-reason.ts'
import type { Link, LinkEvents } from '../model/link.ts'
import { type Hello, PROTOCOL_VERSION, decodeHandshake, encodeHello, encodeRefusal } from './hello.ts'
import type { LocalNode } from './local-node.ts'
import { Session } from './session.ts'
import { type SessionOptions, type SessionSettings, sessionSettings } from './session-options.ts'

export interface OpenSessionOptions extends SessionOptions {
  /** Called with the session before any message of the peer is taken in. */
  readonly opened?: (session: Session) => void
}

/**
 * Takes over a link. Resolves with the session once the peer has agreed; rejects HandshakeError when it speaks another
 * version or codec, refuses, leaves, or does not answer in time (5 s), with the link closed.
 */
export function openSession(link: Link, local: LocalNode, options: OpenSessionOptions): Promise<Session> {
  return new Promise((resolve, reject) => {
    const settings = sessionSettings(options)
    const agreed = (session: Session): void => {
      options.opened?.(session)
      resolve(session)
    }
    new Handshake({ link, local, settings, agreed, failed: reject }).begin()
  })
}

interface HandshakeOptions {
  readonly link: Link
  readonly local: LocalNode
  readonly settings: SessionSettings
  readonly agreed: (session: Session) => void
  readonly failed: (error: Error) => void
}

class Handshake implements LinkEvents {
  readonly #link: Link
  readonly #local: LocalNode
  readonly #settings: SessionSettings
  readonly #agreed: (session: Session) => void
  readonly #failed: (error: Error) => void
  #timer: Timer | null = null
  #over = false
  /** Where the link's reports go from the moment of agreement. */
  #session: LinkEvents | null = null

  constructor({ link, local, settings, agreed, failed }: HandshakeOptions) {
    this.#link = link
    this.#local = local
    this.#settings = settings
    this.#agreed = agreed
    this.#failed = failed
  }

  begin(): void {
    const { handshakeTimeout, role } = this.#settings
    this.#timer = this.#local.clock.start(handshakeTimeout, () => this.#fail(`no answer within ${handshakeTimeout} ms`))
    this.#link.open(this)
    if (role === 'dialer') this.#sayHello()
  }

  frame(bytes: Uint8Array): void {
    if (this.#session !== null) this.#session.frame(bytes)
    else if (!this.#over) this.#hear(bytes)
  }

  drain(): void {
    this.#session?.drain()
  }

  leaving(): void {
    this.#session?.leaving?.()
  }

  closed(reason: ExitReason): void {
    if (this.#session !== null) this.#session.closed(reason)
    else this.#fail(`the link ended: ${describeExit(reason)}`, 'error' in reason ? reason.error : undefined)
  }

  #hear(bytes: Uint8Array): void {
    const frame = decodeHandshake(bytes)
    switch (frame.kind) {
      case 'hello':
        return this.#meet(frame.hello)
      case 'other-version':
        return this.#refuse(
          `it speaks protocol version ${frame.version}, we speak ${PROTOCOL_VERSION}`,
          `we speak protocol version ${PROTOCOL_VERSION}, not ${frame.version}`,
        )
      case 'refusal':
        return this.#fail(`it refused: ${frame.problem}`)
      case 'malformed':
        return this.#fail(frame.problem)
      default:
        return assertNever(frame)
    }
  }

  #meet(hello: Hello): void {
    const { codec, id } = this.#local
    if (hello.codec !== codec.name) {
      this.#refuse(`it pickles with ${hello.codec}, we with ${codec.name}`, `we pickle with ${codec.name}, not ${hello.codec}`)
      return
    }
    if (hello.id === id) {
      this.#refuse('it is this node', 'we are the same node')
      return
    }
    if (this.#settings.role === 'acceptor' && !this.#sayHello()) return
    this.#timer?.cancel()
    const session = new Session({ link: this.#link, local: this.#local, hello, settings: this.#settings })
    this.#over = true
    this.#session = session.events
    this.#agreed(session)
  }

  /** False when this node's names do not fit the layout. */
  #sayHello(): boolean {
    const { id, name, codec } = this.#local
    try {
      this.#link.send(encodeHello({ version: PROTOCOL_VERSION, id, name, codec: codec.name, window: this.#settings.window }))
      return true
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error), error)
      return false
    }
  }

  #refuse(problem: string, said: string): void {
    this.#link.send(encodeRefusal(said))
    this.#fail(problem)
  }

  #fail(problem: string, cause?: unknown): void {
    if (this.#over) return
    this.#over = true
    this.#timer?.cancel()
    this.#link.close()
    this.#failed(new HandshakeError(this.#link.peer, problem, cause))
  }
}
