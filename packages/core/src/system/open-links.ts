/**
 * The links of this node from the handshake on, which session is the way to which node, and why the ways that are gone are gone.
 */
import type { NodeId } from '../model/address.ts'
import type { ExitReason } from '../model/exit-reason.ts'
import type { Link } from '../model/link.ts'
import type { Session } from '../remote/session.ts'

/** Reasons of lost nodes that are remembered, for spawns that come too late. */
const REMEMBERED = 256

export interface OpenLink {
  readonly link: Link
  /** Between parts of one program. */
  readonly isOwn: boolean
  /** Null until the handshake is done. */
  session: Session | null
  /** The peer's number for the links of which only the newest counts; null: it stands for itself. */
  line: number | null
}

export class OpenLinks {
  readonly #links = new Map<Link, OpenLink>()
  /** By the peer's id; of several links to one node the last one. */
  readonly #sessions = new Map<NodeId, Session>()
  readonly #lost = new Map<NodeId, ExitReason>()

  add(link: Link, isOwn: boolean): OpenLink {
    const entry: OpenLink = { link, isOwn, session: null, line: null }
    this.#links.set(link, entry)
    return entry
  }

  /** The handshake is done; true when the node was not reached before. */
  opened(entry: OpenLink, session: Session): boolean {
    const isNew = !this.#sessions.has(session.id)
    entry.session = session
    this.#sessions.set(session.id, session)
    this.#lost.delete(session.id)
    return isNew
  }

  /** The link came to nothing. */
  remove(link: Link): void {
    this.#links.delete(link)
  }

  /** The session ended; true when with it the last way to the node is gone. */
  ended(link: Link, session: Session, reason: ExitReason): boolean {
    const { id } = session
    this.#links.delete(link)
    if (this.#sessions.get(id) !== session) return false
    const other = [...this.#links.values()].find((entry) => entry.session?.id === id && entry.session.state === 'open')?.session
    if (other) {
      this.#sessions.set(id, other)
      return false
    }
    this.#sessions.delete(id)
    this.#lost.set(id, reason)
    for (const old of this.#lost.keys()) {
      if (this.#lost.size <= REMEMBERED) break
      this.#lost.delete(old)
    }
    return true
  }

  /** A peer that calls again need not wait until its lost link is found dead here. */
  isLine(entry: OpenLink, line: number): void {
    entry.line = line
    for (const other of this.#links.values())
      if (other !== entry && other.line === line && other.session?.id === entry.session?.id) other.session?.supersede()
  }

  to(node: NodeId): Session | undefined {
    return this.#sessions.get(node)
  }

  /** Whether the way to a node is a link between parts of this program. */
  isOwn(session: Session): boolean {
    return [...this.#links.values()].some((entry) => entry.isOwn && entry.session === session)
  }

  whyLost(node: NodeId): ExitReason | undefined {
    return this.#lost.get(node)
  }

  /** One session for each node. */
  nodes(): readonly Session[] {
    return [...this.#sessions.values()]
  }

  list(): readonly OpenLink[] {
    return [...this.#links.values()]
  }
}
