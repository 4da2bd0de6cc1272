/**
 * The nodes that this one is connected to, and what the remote engine needs of this one.
 */
import type { Elsewhere, Kernel } from '../actor/kernel.ts'
import type { Clock } from '../base/clock.ts'
import { SystemDownError } from '../errors/actor-errors.ts'
import { type Address, type NodeId, isNodeAddress, nodeAddress, nodeName } from '../model/address.ts'
import type { DeadLetter, NodeEvent, SystemEvent } from '../model/event.ts'
import { type ExitReason, NOT_FOUND } from '../model/exit-reason.ts'
import type { Link } from '../model/link.ts'
import type { Node, NodeHost, Peer, RemoteNode } from '../model/node.ts'
import { ActorRef, type AnyRef } from '../model/ref.ts'
import type { SpawnRequest } from '../model/spawn-request.ts'
import type { Child, ParentPort, Target } from '../model/target.ts'
import type { Via } from '../remote/local-node.ts'
import { addressedName } from '../remote/name-address.ts'
import { openSession } from '../remote/open-session.ts'
import type { Session } from '../remote/session.ts'
import type { SessionOptions } from '../remote/session-options.ts'
import { type FindDefinition, type Grant, TRUSTED_POLICY } from './access.ts'
import { isBelow } from './ancestry.ts'
import type { Directory } from './directory.ts'
import { FarNode, type FarNodeOptions } from './far-node.ts'
import type { Relation } from './group-link.ts'
import type { Groups } from './groups.ts'
import type { Hosting } from './hosting.ts'
import { LinkNode, type NodeServices } from './link-node.ts'
import { NodeTarget } from './node-target.ts'
import { Nowhere } from './nowhere.ts'
import { OpenLinks } from './open-links.ts'
import { PeerNode } from './peer-node.ts'
import { NamedTarget, type Registry } from './registry.ts'
import { Routes } from './routes.ts'
import { Stillborn } from './stillborn.ts'

export class Peers implements Elsewhere, NodeServices {
  readonly #kernel: Kernel
  readonly #registry: Registry
  readonly #directory: Directory
  readonly #hosting: Hosting
  readonly groups: Groups
  readonly #links = new OpenLinks()
  /** What is done through a handle goes over its link; null while it has none. */
  readonly #handles = new WeakMap<Node, { readonly session: Session | null }>()
  readonly #routes = new Routes()
  /** The link to the program that started this node, for addresses that only it can reach. */
  #parent: Session | null = null
  /** Which links are not taken any more, because the system ends. */
  #closing: 'none' | 'far' | 'all' = 'none'
  readonly nodeHost: NodeHost
  /** What stands for this node. */
  readonly #itself: Target
  readonly #onShutdown: (reason: ExitReason) => void

  constructor(
    kernel: Kernel,
    registry: Registry,
    directory: Directory,
    hosting: Hosting,
    groups: Groups,
    onShutdown: (reason: ExitReason) => void,
  ) {
    this.#kernel = kernel
    this.#registry = registry
    this.#directory = directory
    this.#hosting = hosting
    this.groups = groups
    this.#onShutdown = onShutdown
    this.#itself = new NodeTarget(kernel.nodeId, `troupe://${kernel.name}`, kernel.outlets)
    this.nodeHost = {
      systemName: kernel.name,
      attach: (link) =>
        this.#open(
          link,
          { find: refuseAll, policy: TRUSTED_POLICY },
          { role: 'dialer', trust: 'trusted', heartbeat: 'off' },
          'worker',
          this.#refuseShutdown(link),
        ),
    }
  }

  /** Shakes hands over a link to another program and takes the peer in, as far as `grant` goes. `taken` hears of it first. */
  open(link: Link, grant: Grant, role: SessionOptions['role'], taken?: (session: Session) => void): Promise<Session> {
    const { secret } = grant.policy
    const options: SessionOptions = { role, trust: 'untrusted', ...(secret === undefined ? {} : { secret }) }
    return this.#open(link, grant, options, 'other', this.#refuseShutdown(link), taken)
  }

  /** This node's own parent: it is asked about addresses that are unknown here, and may end this system. */
  async openParent(link: Link, find: FindDefinition): Promise<Session> {
    const grant = { find, policy: TRUSTED_POLICY }
    this.#parent = await this.#open(
      link,
      grant,
      { role: 'acceptor', trust: 'trusted', heartbeat: 'off' },
      'parent',
      this.#onShutdown,
    )
    return this.#parent
  }

  /** The handle on a node that this system called. What is done through it goes over this link, with what it was offered there. */
  handleOn(session: Session): RemoteNode {
    const handle = new PeerNode(session)
    this.#handles.set(handle, { session })
    return handle
  }

  /** A handle on whoever answers there: when its link is lost, the node is called again. */
  keepCalling(session: Session, grant: Grant, options: Omit<FarNodeOptions, 'kernel' | 'open'>): RemoteNode {
    const open: FarNodeOptions['open'] = (link, taken) => this.open(link, grant, 'dialer', taken)
    const handle = new FarNode(session, { ...options, kernel: this.#kernel, open })
    this.#handles.set(handle, handle)
    return handle
  }

  /** The handle on a node that is up, whoever called whom. */
  handleTo(id: NodeId): Node | null {
    const session = this.#links.to(id)
    return session === undefined ? null : this.handleOn(session)
  }

  isUp(node: Node): boolean {
    return this.#sessionTo(node)?.state === 'open'
  }

  spawnOn(node: Node, request: SpawnRequest, parent: ParentPort): Child {
    const session = this.#sessionTo(node)
    if (session !== null) return session.spawn(request, parent)
    const address: Address = { node: node.id, origin: request.origin, seq: request.seq }
    const lost = this.#handles.has(node) ? undefined : this.#links.whyLost(node.id)
    const reason = lost ?? { kind: 'disconnected', node: node.name }
    return new Stillborn(
      address,
      `${parent.target?.path ?? `troupe://${node.name}`}/${request.name}`,
      reason,
      this.#kernel.outlets,
      parent,
    )
  }

  /** A late-bound ref to a name at a node. */
  lookupOn(node: Node, name: string): AnyRef {
    if (node instanceof FarNode) return node.lookup<never>(name)
    const session = this.#sessionTo(node)
    if (session !== null) return session.lookup(name)
    const address: Address = { node: node.id, origin: node.id, seq: 0 }
    return this.refTo(
      new Nowhere(address, `troupe://${node.name}/?${name}`, { kind: 'disconnected', node: node.name }, this.#kernel.outlets),
    )
  }

  nodesUp(): readonly NodeEvent[] {
    return this.#links.nodes().map(({ name, id }) => ({ node: name, id, state: 'up', reason: null }))
  }

  list(): readonly Peer[] {
    return this.#links.nodes()
  }

  /**
   * Closes links after what was sent, and takes no new ones: those to other programs, or all, the ones to workers and to the
   * parent too. Resolves when they are closed.
   */
  async close(which: 'far' | 'all', reason: ExitReason): Promise<void> {
    this.#closing = which
    const concerned = this.#links.list().filter(({ isOwn }) => which === 'all' || !isOwn)
    for (const { link, session } of concerned) {
      if (session === null) link.close()
      else session.close(reason)
    }
    await Promise.all(concerned.flatMap(({ session }) => session?.closed ?? []))
  }

  refTo(target: Target): AnyRef {
    return new ActorRef(this.#kernel.courier, target)
  }

  nodeTarget(id: NodeId): Target {
    return id === this.id ? this.#itself : this.targetFor(nodeAddress(id), `troupe://${nodeName(id)}`)
  }

  find(origin: NodeId, seq: number): Target | null {
    if (isNodeAddress({ origin, seq })) return this.#itself
    return this.#directory.find(origin, seq)
  }

  targetFor(address: Address, path: string): Target {
    if (address.node === this.#kernel.nodeId) return this.#targetHere(address, path)
    const session = this.#links.to(address.node) ?? this.#parent ?? this.#routes.to(address.node)
    if (session !== null) return session.targetFor(address, path)
    return new Nowhere(address, path, { kind: 'disconnected', node: address.node }, this.#kernel.outlets)
  }

  isOwn(node: NodeId): boolean {
    const session = this.#links.to(node)
    return session === undefined ? this.#parent !== null : this.#links.isOwn(session)
  }

  isBehind(node: NodeId, via: Via): boolean {
    return node !== this.id && this.#links.to(node) === undefined && this.#routes.learn(node, via)
  }

  parted(via: Via): void {
    this.#routes.forget(via)
  }

  isOf(peer: NodeId, target: Target): boolean {
    return isBelow(target, this.id, peer)
  }

  exported(target: Target): void {
    const { node, seq } = target.address
    if (node === this.#kernel.nodeId && seq !== 0 && !target.outcome) this.#directory.add(target)
  }

  lookup(name: string): Target | null {
    return this.#registry.find(name)
  }

  spawn(request: SpawnRequest, parent: ParentPort, find: FindDefinition): Child {
    return this.#hosting.spawn(request, parent, find)
  }

  orphaned(child: Child, reason: ExitReason): void {
    this.#hosting.orphaned(child, reason)
  }

  emit(event: SystemEvent): void {
    this.#kernel.outlets.emit(event)
  }

  deadLetter(letter: DeadLetter): void {
    this.#kernel.outlets.deadLetter(letter)
  }

  get id(): NodeId {
    return this.#kernel.nodeId
  }

  get name(): string {
    return this.#kernel.name
  }

  get clock(): Clock {
    return this.#kernel.clock
  }

  #sessionTo(node: Node): Session | null {
    const handle = this.#handles.get(node)
    return handle === undefined ? (this.#links.to(node.id) ?? null) : handle.session
  }

  #targetHere(address: Address, path: string): Target {
    const name = addressedName(address)
    if (name !== null) return new NamedTarget(name, address, path, this.#registry, this.#kernel.outlets)
    return this.find(address.origin, address.seq) ?? new Nowhere(address, path, NOT_FOUND, this.#kernel.outlets)
  }

  async #open(
    link: Link,
    grant: Grant,
    options: SessionOptions,
    relation: Relation,
    onShutdown: (reason: ExitReason) => void,
    taken: (session: Session) => void = () => undefined,
  ): Promise<Session> {
    const isOwn = relation !== 'other'
    if (this.#closing === 'all' || (this.#closing === 'far' && !isOwn)) {
      link.close()
      throw new SystemDownError(this.name, `take a link to ${link.peer}`)
    }
    const entry = this.#links.add(link, isOwn)
    const opened = (session: Session): void => {
      const isNew = this.#links.opened(entry, session)
      session.onLine = (line) => this.#links.isLine(entry, line)
      taken(session)
      if (isNew) this.emit({ kind: 'node-up', node: session.name, id: session.id })
      this.groups.opened(session.groups, relation)
      void session.closed.then((reason) => this.#isDown(link, session, reason))
    }
    try {
      return await openSession(link, new LinkNode(this, grant, onShutdown), { ...options, opened })
    } catch (error) {
      this.#links.remove(link)
      throw error
    }
  }

  #isDown(link: Link, session: Session, reason: ExitReason): void {
    const { id, name } = session
    if (this.#links.ended(link, session, reason)) this.emit({ kind: 'node-down', node: name, id, reason })
  }

  /** Only the program that started a node may end it. */
  #refuseShutdown(link: Link): () => void {
    return () => this.emit({ kind: 'peer-refused', node: link.peer, action: 'shut down', name: this.name })
  }
}

const refuseAll: FindDefinition = ({ definition }) => {
  throw new TypeError(`${definition.name}: a worker cannot spawn on its parent`)
}
