/**
 * What this node sends to a peer: makes targets for actors there, spawns there, and writes what is done to a target as an
 * entry of the lane where it belongs.
 */
import { assert } from '../base/assert.ts'
import type { Address } from '../model/address.ts'
import { type Envelope, STOP_SENTINEL, TELL, replyPort, streamPort } from '../model/envelope.ts'
import type { ExitReason } from '../model/exit-reason.ts'
import type { SpawnRequest } from '../model/spawn-request.ts'
import type { Child, ParentPort, Target, Watcher } from '../model/target.ts'
import type { Connection } from './connection.ts'
import { writeMailbox } from './entry-fields.ts'
import { pushReason } from './portable.ts'
import { refuse, refuseFull } from './refusal.ts'
import { RemoteChild } from './remote-child.ts'
import { type Outlet, RemoteTarget } from './remote-target.ts'
import type { SessionParts } from './session-parts.ts'
import { Entry } from './wire.ts'

export class Outbound implements Outlet {
  readonly #connection: Connection
  readonly #parts: SessionParts
  /** Bytes waiting above which messages are refused. */
  readonly #hardLimit: number

  constructor(connection: Connection, parts: SessionParts, hardLimit: number) {
    this.#connection = connection
    this.#parts = parts
    this.#hardLimit = hardLimit
  }

  /** A target for an actor at the peer, or through it; the child itself where this node spawned it. */
  targetFor(address: Address, path: string): Target {
    const { local, book, peerId } = this.#connection
    if (address.origin === local.id && address.node === peerId) {
      const child = this.#parts.children.get(address.seq)
      if (child !== undefined) return child
    }
    return new RemoteTarget(this, address, path, book.writeTarget(address))
  }

  /** Throws NotSerializableError, with nothing sent. */
  spawn(request: SpawnRequest, parent: ParentPort): Child {
    const { book, data, local, ended, peerId, peerName } = this.#connection
    assert(request.origin === local.id, 'a spawn is sent by the node that chose its number')
    const { seq, definition, args, name, mailbox, onEnd } = request
    const address: Address = { node: peerId, origin: local.id, seq }
    const path = `${parent.target?.path ?? `troupe://${peerName}`}/${name}`
    const { children } = this.#parts
    const child = new RemoteChild({ connection: this.#connection, children, outlet: this, address, path, parent, onEnd })
    if (ended !== null) {
      child.endLater(ended)
      return child
    }
    const source = book.writeSource(parent.target)
    const held = onEnd === 'held' ? 1 : 0
    child.entry = data.push(
      [Entry.spawn, seq, definition.module ?? null, definition.name, name, writeMailbox(mailbox), held, source],
      args,
      'args',
    )
    book.announced(source)
    children.set(seq, child)
    return child
  }

  deliver(target: RemoteTarget, envelope: Envelope): void | Promise<void> {
    const { data, local, ended } = this.#connection
    if (ended !== null) return refuse(local, target.path, envelope, ended)
    if (envelope.kind === STOP_SENTINEL) return this.#stop(target, envelope)
    if (data.full) return refuseFull(local, target.path, envelope, this.#hardLimit)
    if (envelope.kind === TELL) return this.#tell(target, envelope)
    const { asks, streams } = this.#parts
    const reply = replyPort(envelope)
    if (reply !== null) asks.send(target, envelope, reply)
    const stream = streamPort(envelope)
    if (stream !== null) streams.send(target, envelope, stream)
    return undefined
  }

  /** Overtakes data, but not the spawn or the restart of the one it is for. */
  kill(target: RemoteTarget): void {
    const { data, control, local, ended } = this.#connection
    if (ended !== null) return
    const { origin, seq, node } = target.address
    const child = origin === local.id && node === this.#connection.peerId ? this.#parts.children.get(seq) : undefined
    const lane = child === undefined || data.handed(child.entry) ? control : data
    lane.push([Entry.kill, target.wire], null, 'kill')
  }

  watch(target: RemoteTarget, watcher: Watcher): void {
    this.#parts.watches.add(target, watcher)
  }

  unwatch(target: RemoteTarget, watcher: Watcher): void {
    this.#parts.watches.remove(target, watcher)
  }

  ready(target: RemoteTarget): Promise<void> {
    return this.#parts.waits.add(target)
  }

  link(target: RemoteTarget, peer: Target): void {
    const { ended } = this.#connection
    if (ended !== null) {
      peer.linkedExit(target, ended)
      return
    }
    this.#parts.links.add(target, peer)
    this.#pushTie(Entry.link, target, peer)
  }

  unlink(target: RemoteTarget, peer: Target): void {
    if (this.#parts.links.remove(target, peer) !== null) this.#pushTie(Entry.unlink, target, peer)
  }

  linkedExit(target: RemoteTarget, from: Target, reason: ExitReason): void {
    const { book, data, ended } = this.#connection
    this.#parts.links.remove(target, from)
    if (ended !== null) return
    const source = book.writeSource(from)
    pushReason(data, [Entry.exit, target.wire, source], reason)
    book.announced(source)
  }

  #tell(target: RemoteTarget, envelope: Envelope): void | Promise<void> {
    const { book, data, methods } = this.#connection
    const { args, trace } = envelope
    const source = book.writeSource(envelope.sender)
    const method = methods.write(envelope.method)
    data.push(
      trace === null ? [Entry.tell, target.wire, method, source] : [Entry.tell, target.wire, method, source, trace],
      args,
      'args',
    )
    book.announced(source)
    methods.announced(method)
    return this.#parts.paused.room(target.wire) ?? data.room()
  }

  #stop(target: RemoteTarget, envelope: Envelope): void {
    // Safe: whoever makes a sentinel gives it a reason.
    pushReason(this.#connection.data, [Entry.stop, target.wire], envelope.args[0] as ExitReason)
  }

  #pushTie(kind: typeof Entry.link | typeof Entry.unlink, target: RemoteTarget, peer: Target): void {
    const { book, data } = this.#connection
    const source = book.writeSource(peer)
    data.push([kind, target.wire, source], null, 'link')
    book.announced(source)
  }
}
