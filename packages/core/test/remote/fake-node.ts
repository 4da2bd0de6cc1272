/**
 * Two ends for sessions under test: nodes whose actors are puppets, connected over a memory transport.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { ManualClock } from '../../src/base/manual-clock.ts'
import { type Address, type NodeId, formatAddress, nodeName, toNodeId } from '../../src/model/address.ts'
import { type Envelope, TELL, replyPort, streamPort } from '../../src/model/envelope.ts'
import type { DeadLetter, SystemEvent } from '../../src/model/event.ts'
import { type ExitReason, KILLED, NOT_FOUND } from '../../src/model/exit-reason.ts'
import type { PeerAction, PeerInfo, Quotas } from '../../src/model/link-policy.ts'
import { ActorRef, type AnyRef, type Courier } from '../../src/model/ref.ts'
import type { SpawnRequest } from '../../src/model/spawn-request.ts'
import type { Child, ParentPort, Target, Watcher } from '../../src/model/target.ts'
import type { GroupDesk, LocalNode, Via } from '../../src/remote/local-node.ts'
import { type OpenSessionOptions, openSession } from '../../src/remote/open-session.ts'
import { stoppedError } from '../../src/remote/refusal.ts'
import type { Session } from '../../src/remote/session.ts'
import type { Codec } from '../../src/serialization/codec.ts'
import { msgpackCodec } from '../../src/serialization/msgpack-codec.ts'
import { type MemoryTransport, memoryTransport } from '../../src/transport/memory-transport.ts'

/** Refs in these tests only carry targets. */
const COURIER: Courier = {
  tell: () => undefined,
  ask: () => Promise.reject(new Error('not in these tests')),
  stream: () => {
    throw new Error('not in these tests')
  },
  stop: () => undefined,
  exited: (target) => new Promise((resolve) => target.watch({ ended: resolve })),
}

/** An actor that does nothing but remember, or what `receive` says. */
export class Puppet implements Child {
  readonly node: FakeNode
  readonly address: Address
  readonly path: string
  readonly received: Envelope[] = []
  readonly linkedExits: { from: Target; reason: ExitReason }[] = []
  readonly watchers: Set<Watcher> = new Set()

  readonly #linked = new Map<string, Target>()
  readonly verdicts: string[] = []
  ended: ExitReason | null = null
  readyWith: Promise<void> = Promise.resolve()
  receive: (envelope: Envelope) => void | Promise<void> = () => undefined

  constructor(node: FakeNode, address: Address, name: string) {
    this.node = node
    this.address = address
    this.path = `troupe://${node.name}/${name}`
  }

  deliver(envelope: Envelope): void | Promise<void> {
    this.received.push(envelope)
    return this.receive(envelope)
  }

  kill(): void {
    this.end(KILLED)
  }

  watch(watcher: Watcher): void {
    if (this.ended === null) this.watchers.add(watcher)
    else watcher.ended(NOT_FOUND)
  }

  unwatch(watcher: Watcher): void {
    this.watchers.delete(watcher)
  }

  ready(): Promise<void> {
    return this.readyWith
  }

  link(peer: Target): void {
    this.#linked.set(formatAddress(peer.address), peer)
  }

  unlink(peer: Target): void {
    this.#linked.delete(formatAddress(peer.address))
  }

  get linked(): number {
    return this.#linked.size
  }

  linkedExit(from: Target, reason: ExitReason): void {
    this.#linked.delete(formatAddress(from.address))
    this.linkedExits.push({ from, reason })
  }

  restart(): void {
    this.verdicts.push('restart')
  }

  bury(reason: ExitReason): void {
    this.verdicts.push(`bury ${reason.kind}`)
    this.end(reason)
  }

  /** Ends it, and tells those who want to know. */
  end(reason: ExitReason): void {
    if (this.ended !== null) return
    this.ended = reason
    this.node.forget(this)
    const watchers = [...this.watchers]
    this.watchers.clear()
    for (const watcher of watchers) watcher.ended(reason)
    const linked = [...this.#linked.values()]
    this.#linked.clear()
    for (const peer of linked) peer.linkedExit(this, reason)
  }

  get methods(): string[] {
    return this.received.map(({ method }) => method)
  }
}

/** What a spawn from the peer brought. */
export interface Hosted {
  readonly request: SpawnRequest
  readonly peer: NodeId
  readonly parent: ParentPort
  readonly puppet: Puppet
}

export class FakeNode implements LocalNode {
  readonly id: NodeId
  readonly name: string
  readonly clock: ManualClock
  readonly codec: Codec
  readonly news: string[] = []
  readonly groups: GroupDesk = {
    heard: (_from, group, address, path, times) => void this.news.push(`${group}: ${formatAddress(address)} ${path} ${times}`),
    closed: () => void this.news.push('closed'),
  }
  readonly deadLetters: DeadLetter[] = []
  readonly events: SystemEvent[] = []
  readonly hosted: Hosted[] = []
  readonly orphans: { child: Child; reason: ExitReason }[] = []
  readonly shutdowns: ExitReason[] = []
  readonly exports: Set<Target> = new Set()
  exportCalls = 0
  readonly refusals: string[] = []
  readonly peers: PeerInfo[] = []
  quotas: Quotas = {}
  readonly names: Map<string, Target> = new Map()
  readonly sessions: Map<NodeId, Session> = new Map()
  /** Every actor that ever lived here. */
  readonly every: Puppet[] = []
  readonly #actors = new Map<string, Puppet>()
  #lastSeq = 0

  constructor(name: string, clock: ManualClock, codec: Codec = msgpackCodec) {
    this.id = toNodeId(name, 'i1')
    this.name = name
    this.clock = clock
    this.codec = codec
  }

  met(peer: PeerInfo): void {
    this.peers.push(peer)
  }

  mayUse(_action: PeerAction, _name: string): boolean {
    return true
  }

  allows(_action: PeerAction, _name: string): boolean {
    return true
  }

  /** Nodes of the same program, for sessions that are not trusted. */
  readonly own: Set<NodeId> = new Set()
  readonly behind: Map<NodeId, Via> = new Map()

  isOwn(node: NodeId): boolean {
    return this.own.has(node)
  }

  isBehind(node: NodeId, via: Via): boolean {
    if (node === this.id || this.own.has(node) || this.sessions.has(node)) return false
    if (!this.behind.has(node)) this.behind.set(node, via)
    return this.behind.get(node) === via
  }

  parted(via: Via): void {
    for (const [node, way] of this.behind) if (way === via) this.behind.delete(node)
  }

  isOf(peer: NodeId, { address }: Target): boolean {
    return address.node === this.id && address.origin === peer
  }

  refused(action: string, name: string): void {
    this.refusals.push(`${action} ${name}`)
  }

  nextSeq(): number {
    return ++this.#lastSeq
  }

  actor(name = 'actor', origin: NodeId = this.id, seq: number = this.nextSeq()): Puppet {
    const puppet = new Puppet(this, { node: this.id, origin, seq }, name)
    this.#actors.set(`${origin}/${seq}`, puppet)
    this.every.push(puppet)
    return puppet
  }

  forget(puppet: Puppet): void {
    this.#actors.delete(`${puppet.address.origin}/${puppet.address.seq}`)
    this.exports.delete(puppet)
  }

  refTo(target: Target): AnyRef {
    return new ActorRef<never>(COURIER, target)
  }

  find(origin: NodeId, seq: number): Target | null {
    return this.#actors.get(`${origin}/${seq}`) ?? null
  }

  targetFor(address: Address, path: string): Target {
    if (address.node === this.id) return this.find(address.origin, address.seq) ?? new Nobody(this, address, path, NOT_FOUND)
    const direct = this.sessions.get(address.node) ?? this.sessions.get(this.routes.get(address.node) ?? address.node)
    return (
      direct?.targetFor(address, path) ?? new Nobody(this, address, path, { kind: 'disconnected', node: nodeName(address.node) })
    )
  }

  /** Nodes that are reached through another one. */
  readonly routes: Map<NodeId, NodeId> = new Map()

  exported(target: Target): void {
    if (target.address.node !== this.id) throw new Error('not a local actor')
    this.exports.add(target)
    this.exportCalls++
  }

  lookup(name: string): Target | null {
    return this.names.get(name) ?? null
  }

  spawn(request: SpawnRequest, peer: NodeId, parent: ParentPort): Child {
    const puppet = this.actor(request.name, request.origin, request.seq)
    this.hosted.push({ request, peer, parent, puppet })
    return puppet
  }

  orphaned(child: Child, reason: ExitReason): void {
    this.orphans.push({ child, reason })
  }

  deadLetter(letter: DeadLetter): void {
    this.deadLetters.push(letter)
  }

  emit(event: SystemEvent): void {
    this.events.push(event)
  }

  shutdownRequested(reason: ExitReason): void {
    this.shutdowns.push(reason)
  }
}

/** What an address leads to when it leads nowhere. */
class Nobody implements Target {
  readonly node: FakeNode
  readonly address: Address
  readonly path: string
  readonly reason: ExitReason

  constructor(node: FakeNode, address: Address, path: string, reason: ExitReason) {
    this.node = node
    this.address = address
    this.path = path
    this.reason = reason
  }

  deliver(envelope: Envelope): void {
    replyPort(envelope)?.reject(stoppedError(this.path, this.reason))
    streamPort(envelope)?.error(stoppedError(this.path, this.reason))
    const { method, args } = envelope
    if (envelope.kind === TELL) this.node.deadLetter({ target: this.path, method, args, sender: null, why: 'not-found' })
  }

  kill(): void {}

  watch(watcher: Watcher): void {
    watcher.ended(this.reason)
  }

  unwatch(): void {}

  ready(): Promise<void> {
    return Promise.reject(stoppedError(this.path, this.reason))
  }

  link(peer: Target): void {
    peer.linkedExit(this, this.reason)
  }

  unlink(): void {}

  linkedExit(): void {}
}

export interface Pair {
  readonly clock: ManualClock
  readonly left: FakeNode
  readonly right: FakeNode
  /** left's session with right. */
  readonly toRight: Session
  readonly toLeft: Session
  readonly transport: MemoryTransport
}

export type PairOptions = Partial<OpenSessionOptions> & {
  readonly transport?: MemoryTransport
  readonly clock?: ManualClock
  readonly left?: FakeNode
  readonly right?: FakeNode
}

/** Two nodes with an open session. */
export async function pair({
  transport: given,
  clock = new ManualClock(),
  left = new FakeNode('left', clock),
  right = new FakeNode('right', clock),
  ...options
}: PairOptions = {}): Promise<Pair> {
  const transport = given ?? memoryTransport({ clock })
  const [toRight, toLeft] = await connect(transport, left, right, options)
  return { clock, left, right, toRight, toLeft, transport }
}

export async function connect(
  transport: MemoryTransport,
  dialer: FakeNode,
  acceptor: FakeNode,
  options: Partial<OpenSessionOptions> = {},
): Promise<[Session, Session]> {
  const accepted: Promise<Session>[] = []
  const listening = await transport.listener.listen((link) => {
    const opening = openSession(link, acceptor, { trust: 'trusted', heartbeat: 'off', ...options, role: 'acceptor' })
    opening.catch(() => undefined)
    accepted.push(opening)
  })
  const link = await transport.connector.connect(new AbortController().signal)
  const dialed = await openSession(link, dialer, { trust: 'trusted', heartbeat: 'off', ...options, role: 'dialer' })
  await listening.close()
  const [opening] = accepted
  if (opening === undefined) throw new Error('nobody accepted')
  const other = await opening
  dialer.sessions.set(acceptor.id, dialed)
  acceptor.sessions.set(dialer.id, other)
  return [dialed, other]
}

/** Lets what is on its way arrive, with all that it sets off. */
export async function settle(turns = 12): Promise<void> {
  for (let count = 0; count < turns; count++) await turn()
}

/** A target for a puppet as the other node sees it. */
export function remote(session: Session, puppet: Target): Target {
  return session.targetFor(puppet.address, puppet.path)
}

/** What the last message brought. */
export function argsOf(puppet: Puppet): readonly unknown[] {
  const last = puppet.received.at(-1)
  if (last === undefined) throw new Error(`${puppet.path} received nothing`)
  return last.args
}
