/**
 * One open link with a peer, after the handshake. It carries messages between the actors of two nodes in the order sent,
 * bounds what waits for a slow peer, and ends exactly once: whatever was open then hears why.
 *
 * Made by `openSession`. The system asks it for targets and spawns through it; the link reports to its `events`.
 */
import type { Timer } from '../base/clock.ts'
import { HandshakeError, ProtocolError } from '../errors/remote-errors.ts'
import { isTroupeError } from '../errors/troupe-error.ts'
import type { Address, NodeId } from '../model/address.ts'
import type { ExitReason } from '../model/exit-reason.ts'
import type { Link, LinkEvents } from '../model/link.ts'
import type { Peer } from '../model/node.ts'
import type { ActorRef } from '../model/ref.ts'
import type { SpawnRequest } from '../model/spawn-request.ts'
import type { Child, ParentPort, Target } from '../model/target.ts'
import { pathOf } from './addresses.ts'
import { CreditMeter } from './credit-meter.ts'
import { Heartbeat, type HeartbeatOptions } from './heartbeat.ts'
import { decodeHandshake } from './hello.ts'
import type { GroupOutlet, LocalNode } from './local-node.ts'
import { nameAddress } from './name-address.ts'
import { type AgreedLink, OpenConnection } from './open-connection.ts'
import { Outbound } from './outbound.ts'
import { pushReason } from './portable.ts'
import { Router } from './router.ts'
import type { SessionSettings } from './session-options.ts'
import { SessionParts } from './session-parts.ts'
import { Entry, Lane } from './wire.ts'

/** A peer that sends on is cut off when what waits for it is so many times the limit for messages. */
const UNREAD = 2

export class Session implements Peer {
  readonly id: NodeId
  readonly name: string
  readonly closed: Promise<ExitReason>
  /** For the link. */
  readonly events: LinkEvents
  /** Hears which line of the peer this link is. Written by the system. */
  onLine: (line: number) => void = () => undefined
  readonly #link: Link
  readonly #local: LocalNode
  readonly #settings: SessionSettings
  readonly #connection: OpenConnection
  readonly #parts: SessionParts
  readonly #outbound: Outbound
  readonly #credits: CreditMeter
  readonly #router: Router
  readonly #heartbeat: Heartbeat | null
  #state: 'open' | 'closing' | 'closed' = 'open'
  #closeTimer: Timer | null = null
  /** Why the peer left, in its own words. */
  #goodbye: ExitReason | null = null
  #resolveClosed = (_reason: ExitReason): void => undefined

  constructor(agreed: AgreedLink) {
    const { link, local, hello, settings } = agreed
    this.id = hello.id
    this.name = hello.name
    this.closed = new Promise((resolve) => (this.#resolveClosed = resolve))
    this.events = {
      frame: (bytes) => this.#frame(bytes),
      drain: () => this.#connection.data.drain(),
      leaving: () => this.#connection.data.leave(),
      closed: (reason) => this.#end(this.#reasonOf(reason)),
    }
    this.#link = link
    this.#local = local
    local.met({ name: hello.name, id: hello.id, address: link.peer })
    this.#settings = settings
    const connection = new OpenConnection(agreed, {
      targetFor: (address, path) => this.#outbound.targetFor(address, path),
      failed: (error) => this.#failSoon(error),
    })
    this.#connection = connection
    this.#parts = new SessionParts(connection)
    this.#outbound = new Outbound(connection, this.#parts, settings.hardLimit)
    const grant = (bytes: number): void => void connection.control.push([Entry.credit, bytes], null, 'credit')
    this.#credits = new CreditMeter(this.name, settings.window, grant, settings.trust)
    this.#router = new Router({
      connection,
      parts: this.#parts,
      credits: this.#credits,
      outlet: this.#outbound,
      session: {
        shutdownRequested: (reason) => local.shutdownRequested(reason),
        goodbye: (reason) => this.#leftBy(reason),
        isLine: (line) => this.onLine(line),
      },
    })
    this.#heartbeat = settings.heartbeat === 'off' ? null : this.#startHeartbeat(settings.heartbeat)
  }

  /** 'closing': nothing new is sent, what was sent is flushed. */
  get state(): 'open' | 'closing' | 'closed' {
    return this.#state
  }

  /** How much is open: asks, streams, watches, waits, links and children, in both directions. */
  get size(): number {
    return this.#parts.size
  }

  /** Tells the peer who is a member of which group. */
  get groups(): GroupOutlet {
    return this.#parts.groups
  }

  /** A target for an actor at the peer, or through it. */
  targetFor(address: Address, path: string): Target {
    return this.#outbound.targetFor(address, path)
  }

  /** Spawns at the peer, for a parent here. Throws NotSerializableError, with nothing sent. */
  spawn(request: SpawnRequest, parent: ParentPort): Child {
    return this.#outbound.spawn(request, parent)
  }

  /** A late-bound target: each message finds whoever is registered under the name at that moment. */
  targetNamed(name: string): Target {
    const address = nameAddress(this.id, name)
    return this.#outbound.targetFor(address, pathOf(address))
  }

  lookup<Protocol>(name: string): ActorRef<Protocol> {
    // Safe: what is registered there is the caller's to know; nothing at run time could check it.
    return this.#local.refTo(this.targetNamed(name)) as ActorRef<Protocol>
  }

  /** Tells the peer that this link takes the place of older ones of the same line, before anything else is sent. */
  sayLine(line: number): void {
    this.#connection.control.push([Entry.line, line], null, 'line')
  }

  /** A newer link has its place. Ends it at once: what comes late over this one must not arrive behind what comes over that. */
  supersede(): void {
    if (this.#state !== 'closed') this.#lose(this.#disconnected())
  }

  requestShutdown(reason: ExitReason): void {
    const { data, control, ended } = this.#connection
    if (ended !== null) return
    data.flush() // what was sent before it comes before it, unless the peer does not read
    pushReason(control, [Entry.shutdown], reason)
  }

  /** Takes nothing more, flushes what was sent as far as the peer takes it in time, then closes the link. */
  close(reason: ExitReason = this.#disconnected()): void {
    if (this.#state !== 'open') return
    this.#state = 'closing'
    this.#connection.ended = reason
    const leave = (): void => {
      this.#closeTimer?.cancel()
      pushReason(this.#connection.control, [Entry.goodbye], reason)
      this.#link.close(reason)
    }
    this.#closeTimer = this.#local.clock.start(this.#settings.closeTimeout, leave, 'deadline')
    this.#connection.data.whenDrained(leave)
  }

  #startHeartbeat(options: HeartbeatOptions): Heartbeat {
    const { control, local } = this.#connection
    return new Heartbeat(local.clock, options, {
      ping: () => void control.push([Entry.ping], null, 'ping'),
      dead: () => this.#lose(this.#disconnected()),
    })
  }

  #frame(bytes: Uint8Array): void {
    if (this.#state === 'closed') return
    this.#heartbeat?.heard()
    try {
      this.#read(bytes)
    } catch (thrown) {
      const error = toError(thrown)
      const isBreach = isTroupeError(error, 'TROUPE_PROTOCOL')
      this.#lose({ kind: 'error', error: isBreach ? error : new ProtocolError(this.name, error.message, error) })
    }
  }

  #read(bytes: Uint8Array): void {
    const { frames, dataDecoder, controlDecoder } = this.#connection
    switch (bytes[0]) {
      case Lane.data:
        this.#checkReader()
        this.#credits.frameComes(bytes.length)
        this.#credits.frameDone(bytes.length, this.#router.read(dataDecoder, frames.open(bytes)))
        return
      case Lane.control:
        this.#router.read(controlDecoder, frames.open(bytes))
        return
      case Lane.refuse: {
        const refusal = decodeHandshake(bytes)
        if (refusal.kind !== 'refusal') throw new ProtocolError(this.name, 'a refusal that is none')
        this.#lose({ kind: 'error', error: new HandshakeError(this.name, refusal.problem) })
        return
      }
      default:
        throw new ProtocolError(this.name, `a frame of kind ${String(bytes[0])}`)
    }
  }

  /** Answers are never refused: whoever asks on and on without reading them would fill the memory here. */
  #checkReader(): void {
    const { keeper, data } = this.#connection
    if (keeper !== null && data.buffered > UNREAD * this.#settings.hardLimit)
      throw new ProtocolError(this.name, `it does not read: ${data.buffered} bytes wait for it`)
  }

  /** The peer said goodbye: the link's end follows. */
  #leftBy(reason: ExitReason): void {
    if (this.#state === 'open') this.#state = 'closing'
    this.#goodbye = reason.kind === 'disconnected' ? this.#disconnected() : reason
    this.#connection.ended ??= this.#goodbye
    this.#link.close(this.#goodbye)
  }

  /** Behind the call that found out, so that what it has just opened is ended too. */
  #failSoon(thrown: unknown): void {
    queueMicrotask(() => this.#lose({ kind: 'error', error: toError(thrown) }))
  }

  /** Ends the session without the link's word for it. */
  #lose(reason: ExitReason): void {
    this.#link.close(reason)
    this.#end(reason)
  }

  /**
   * A worker's own end explains more than a goodbye, and a goodbye more than a closed link. A link to another machine that
   * closed without one is a lost one, however politely it closed.
   */
  #reasonOf(linkReason: ExitReason): ExitReason {
    const { kind } = linkReason
    if (kind === 'exit' || kind === 'signal' || kind === 'error' || kind === 'killed') return linkReason
    const isLost = kind === 'disconnected' || this.#settings.trust === 'untrusted'
    return this.#connection.ended ?? this.#goodbye ?? (isLost ? this.#disconnected() : linkReason)
  }

  #end(reason: ExitReason): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#connection.ended = reason
    this.#closeTimer?.cancel()
    this.#heartbeat?.stop()
    this.#connection.keeper?.end()
    this.#connection.data.stop()
    this.#connection.control.stop()
    this.#resolveClosed(reason) // first: who hears of the end below finds the node down
    for (const error of this.#parts.end(reason)) {
      this.#local.emit({ kind: 'unhandled-error', path: this.name, error, during: 'ending a session' })
    }
  }

  #disconnected(): ExitReason {
    return { kind: 'disconnected', node: this.name }
  }
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}
