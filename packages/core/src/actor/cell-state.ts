/**
 * What an actor is made of: its place in the tree, its address, its mailbox, and what it is doing. The classes above it
 * (cell-life, cell) change it; nobody else writes here but where a field says so.
 */
import type { Address } from '../model/address.ts'
import type { ActorDefinition, MailboxSpec } from '../model/definition.ts'
import type { Envelope } from '../model/envelope.ts'
import { type ExitReason, NORMAL } from '../model/exit-reason.ts'
import type { Self } from '../model/self.ts'
import type { ParentPort } from '../model/target.ts'
import { createMailbox } from '../mailbox/create-mailbox.ts'
import type { Mailbox } from '../mailbox/mailbox.ts'
import { Children } from './children.ts'
import { Incarnation, Place } from './incarnation.ts'
import type { Kernel } from './kernel.ts'
import type { PendingAsk } from './pending-ask.ts'

/** To be set up at its next turn. */
export const FRESH = 0
/** An async setup is under way. */
export const STARTING = 1
export const RUNNING = 2
/** An async handler holds the queue. */
export const SUSPENDED = 3
/** Children and hooks end. */
export const ENDING = 4
/** Ended; its parent decides whether it lives again. */
export const HELD = 5
export const DEAD = 6

export const NO_HANDLERS: object = Object.freeze({})

/** What a spawn decides, checked already. */
export interface Birth {
  readonly parent: ParentPort
  /** The part of the path before the name, without a slash at the end. */
  readonly parentPath: string
  readonly definition: ActorDefinition<unknown, never>
  readonly args: readonly unknown[]
  /** Null: the definition's name with the actor's number. */
  readonly name: string | null
  readonly mailbox: MailboxSpec | null
  readonly onEnd: 'held' | 'free'
  /** Given where another node chose it. */
  readonly address: Address | null
}

export abstract class CellState {
  readonly kernel: Kernel
  readonly parent: ParentPort
  readonly parentPath: string
  readonly definition: ActorDefinition<unknown, never>
  readonly args: readonly unknown[]
  readonly seq: number
  protected readonly given: string | null
  protected readonly mailbox: MailboxSpec | null
  #address: Address | null
  protected held: boolean
  /** True while it is on the run queue. */
  protected scheduled = true
  /** Messages above its budget that its last turn took up or sent: the next one has so many fewer. */
  protected overdrawn = 0
  /** Set while the actor was told to end after the current message. */
  protected leaving: ExitReason | null = null
  state: number = FRESH
  /** Why it ended, or ends. */
  reason: ExitReason = NORMAL
  /** Written by `become` too. */
  handlers: object = NO_HANDLERS
  box: Mailbox | null = null
  /** The message being handled, also over awaits. */
  handling: Envelope | null = null
  /** Counts the messages taken up. */
  turn = 0
  restarts = 0
  /** The current message will be answered later, or was put aside. Written by stash and defer. */
  putOff = false
  /** Written by PendingAsk. */
  waits: PendingAsk | null = null
  /** Also the identity of this life: it changes with each restart. */
  self: Self | null = null
  life: Incarnation | null = null
  place: Place | null = null

  constructor(kernel: Kernel, birth: Birth) {
    this.kernel = kernel
    this.parent = birth.parent
    this.parentPath = birth.parentPath
    this.definition = birth.definition
    this.args = birth.args
    this.given = birth.name
    this.mailbox = birth.mailbox
    this.held = birth.onEnd === 'held'
    this.#address = birth.address
    this.seq = birth.address === null ? kernel.nextSeq() : birth.address.seq
  }

  get address(): Address {
    return (this.#address ??= { node: this.kernel.nodeId, origin: this.kernel.nodeId, seq: this.seq })
  }

  get name(): string {
    return this.given ?? `${this.definition.name}$${this.seq}`
  }

  get path(): string {
    return `${this.parentPath}/${this.name}`
  }

  /** Held up by an async handler, or by its setup. */
  get suspended(): boolean {
    return this.state === SUSPENDED || this.state === STARTING
  }

  /** What this life owns; made when first needed. */
  get ownLife(): Incarnation {
    return (this.life ??= new Incarnation())
  }

  get ownPlace(): Place {
    return (this.place ??= new Place())
  }

  get ownBox(): Mailbox {
    return (this.box ??= createMailbox(this.mailbox))
  }

  get children(): Children {
    return (this.ownLife.children ??= new Children())
  }

  /** Puts it on the run queue when there is something to do and it is not there yet. */
  abstract goOn(): void
}
