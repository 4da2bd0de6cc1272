/**
 * Makes the two ways out of a new session, each with a pickler of its own, and the book by which both write addresses.
 */
import type { NodeId } from '../model/address.ts'
import type { ExitReason } from '../model/exit-reason.ts'
import type { Link, MemoryLane } from '../model/link.ts'
import { targetOf } from '../model/ref.ts'
import type { FrameDecoder, RefCodec } from '../serialization/codec.ts'
import { AddressBook } from './addresses.ts'
import type { Connection } from './connection.ts'
import { ControlLane } from './control-lane.ts'
import { DataLane } from './data-lane.ts'
import { type Frames, createFrames } from './frame.ts'
import { Gatekeeper } from './gatekeeper.ts'
import type { Hello } from './hello.ts'
import type { LocalNode, Via } from './local-node.ts'
import { MethodNames } from './method-names.ts'
import type { SessionSettings } from './session-options.ts'

/** A link whose ends have agreed. */
export interface AgreedLink {
  readonly link: Link
  readonly local: LocalNode
  /** What the peer said of itself. */
  readonly hello: Hello
  readonly settings: SessionSettings
}

/** The session. */
export interface ConnectionOwner extends Via {
  /** The way out is broken. */
  failed(error: unknown): void
}

/** Milliseconds between two reports that a link is under pressure. */
const REPORT_INTERVAL = 1_000

export class OpenConnection implements Connection {
  readonly local: LocalNode
  readonly peerId: NodeId
  readonly peerName: string
  readonly frames: Frames
  readonly data: DataLane
  readonly control: ControlLane
  readonly book: AddressBook
  readonly methods: MethodNames = new MethodNames()
  readonly keeper: Gatekeeper | null
  readonly dataDecoder: FrameDecoder
  readonly controlDecoder: FrameDecoder
  ended: ExitReason | null = null
  #lastId = 0
  #pressureReported = Number.NEGATIVE_INFINITY

  constructor({ link, local, hello, settings }: AgreedLink, owner: ConnectionOwner) {
    const { trust, softLimit, hardLimit } = settings
    this.local = local
    this.peerId = hello.id
    this.peerName = hello.name
    this.keeper = trust === 'trusted' ? null : new Gatekeeper({ local, peerId: hello.id, via: owner })
    this.book = new AddressBook(local, hello.id, owner, this.keeper)
    const refs = refCodec(local, this.book, trust === 'trusted' ? link.memory : undefined)
    this.frames = createFrames(link, hello.name, trust)
    this.data = new DataLane(this.frames, local.codec.createEncoder(refs, trust), {
      credit: hello.window,
      softLimit,
      hardLimit,
      pressure: (bytes) => this.#reportPressure(bytes),
      failed: (error) => owner.failed(error),
    })
    this.control = new ControlLane(this.frames, local.codec.createEncoder(refs, trust))
    this.dataDecoder = local.codec.createDecoder(refs, trust)
    this.controlDecoder = local.codec.createDecoder(refs, trust)
  }

  nextId(): number {
    return ++this.#lastId
  }

  #reportPressure(bytes: number): void {
    const now = this.local.clock.now()
    if (now - this.#pressureReported < REPORT_INTERVAL) return
    this.#pressureReported = now
    this.local.emit({ kind: 'link-pressure', node: this.peerName, bytes })
  }
}

/** How refs in payloads are written on this link, and made live again. */
function refCodec(local: LocalNode, book: AddressBook, memory: MemoryLane | undefined): RefCodec {
  return {
    ...(memory === undefined ? {} : { memory }),
    toWire: (ref) => book.writeRef(targetOf(ref)),
    fromWire: (wire) => local.refTo(book.readRef(wire)),
  }
}
