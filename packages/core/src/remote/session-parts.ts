/**
 * Everything that a session has open, by kind, and how all of it ends: each ask, stream, watch, wait, link and child
 * hears the session's reason once, and nothing is kept.
 */
import type { ExitReason } from '../model/exit-reason.ts'
import type { Connection } from './connection.ts'
import { FullMailboxes } from './full-mailboxes.ts'
import { GroupNews } from './group-news.ts'
import { HostedChildren } from './hosted-children.ts'
import { InboundRequests } from './inbound-requests.ts'
import { InboundWatches } from './inbound-watches.ts'
import { LinkTable } from './link-table.ts'
import { OutboundAsks } from './outbound-asks.ts'
import { OutboundStreams } from './outbound-streams.ts'
import { PausedTargets } from './paused-targets.ts'
import { ReadyWaits } from './ready-waits.ts'
import type { RemoteChildren } from './remote-child.ts'
import { RemoteWatches } from './remote-watches.ts'

export class SessionParts {
  /** Asks of this node at the peer. */
  readonly asks: OutboundAsks
  readonly streams: OutboundStreams
  /** Asks and streams of the peer here. */
  readonly requests: InboundRequests
  /** Watches of this node on actors at the peer. */
  readonly watches: RemoteWatches
  /** The peer's on actors here. */
  readonly watchedHere: InboundWatches
  readonly waits: ReadyWaits
  readonly links: LinkTable
  /** Actors at the peer whose parent is here. */
  readonly children: RemoteChildren
  /** Actors here whose parent is at the peer. */
  readonly hosted: HostedChildren
  /** Actors at the peer whose mailbox is full. */
  readonly paused: PausedTargets
  /** Actors here whose mailbox is full of the peer's messages. */
  readonly full: FullMailboxes
  /** Who is a member of which group, from and to the peer. */
  readonly groups: GroupNews

  constructor(connection: Connection) {
    this.asks = new OutboundAsks(connection)
    this.streams = new OutboundStreams(connection)
    this.requests = new InboundRequests(connection)
    this.watches = new RemoteWatches(connection)
    this.watchedHere = new InboundWatches(connection)
    this.waits = new ReadyWaits(connection)
    this.links = new LinkTable()
    this.children = new Map()
    this.hosted = new HostedChildren(connection)
    this.paused = new PausedTargets()
    this.full = new FullMailboxes(connection)
    this.groups = new GroupNews(connection)
  }

  /** How much is open, of all kinds. */
  get size(): number {
    const { asks, streams, requests, watches, watchedHere, waits, links, children, hosted, paused, full } = this
    return [asks, streams, requests, watches, watchedHere, waits, links, children, hosted, paused, full].reduce(
      (sum, part) => sum + part.size,
      0,
    )
  }

  /** What the peer has open here goes first, then what is awaited from it; watchers hear last. Returns what was thrown. */
  end(reason: ExitReason): readonly unknown[] {
    const thrown: unknown[] = []
    const ends = [
      () => this.full.end(),
      () => this.requests.end(reason),
      () => this.watchedHere.end(),
      () => this.hosted.end(reason),
      () => this.paused.end(),
      () => this.groups.end(),
      () => this.asks.end(reason),
      () => this.streams.end(reason),
      () => this.waits.end(reason),
      () => this.#endChildren(reason),
      () => this.links.end(reason),
      () => this.watches.end(reason),
    ]
    for (const end of ends) {
      try {
        end()
      } catch (error) {
        thrown.push(error) // one that breaks its word must not keep the others from hearing
      }
    }
    return thrown
  }

  #endChildren(reason: ExitReason): void {
    const children = [...this.children.values()]
    this.children.clear()
    for (const child of children) child.hasEnded(reason)
  }
}
