/**
 * What all actors of one system share: clock, run queue, deadlines, and the ways out to events, dead letters, logs and
 * other nodes. One per system; two systems in one process are strangers.
 */
import type { Clock } from '../base/clock.ts'
import type { Dispatcher } from '../dispatch/dispatcher.ts'
import type { NodeId } from '../model/address.ts'
import type { DeadLetter, SystemEvent } from '../model/event.ts'
import type { Node, NodeHost } from '../model/node.ts'
import type { AnyRef, Courier } from '../model/ref.ts'
import type { Logger } from '../model/self.ts'
import type { SpawnRequest } from '../model/spawn-request.ts'
import type { System } from '../model/system.ts'
import type { Child, ParentPort, Target } from '../model/target.ts'
import type { Deadlines } from '../timers/deadlines.ts'
import type { Random } from '../base/random.ts'
import type { AsyncContext } from './async-context.ts'
import type { Endings } from './endings.ts'
import type { Asker } from './pending-ask.ts'

/** Where events go. Tests and the system implement it. */
export interface Outlets {
  emit(event: SystemEvent): void
  /** Whether anybody listens to events: frequent ones need not be made otherwise. */
  readonly wantsEvents: boolean
  deadLetter(letter: DeadLetter): void
  /** Whether anybody listens to dead letters: they need not be made otherwise. */
  readonly wantsDeadLetters: boolean
  log(path: string): Logger
}

/** What actors need of other nodes. The system implements it with the remote engine. */
export interface Elsewhere {
  /** Spawns on a node; the child reports to `parent`. Throws NotSerializableError, with nothing sent. */
  spawnOn(node: Node, request: SpawnRequest, parent: ParentPort): Child
  /** What stands for a node, this one or any other. */
  nodeTarget(id: NodeId): Target
  /** Whether the link to a node is open. */
  isUp(node: Node): boolean
  readonly nodeHost: NodeHost
}

export interface Kernel {
  readonly nodeId: NodeId
  readonly name: string
  readonly clock: Clock
  readonly random: Random
  readonly dispatcher: Dispatcher
  readonly deadlines: Deadlines
  readonly endings: Endings
  readonly courier: Courier
  /** The ref to a target that senders of messages are: the same one each time, so that its address is written once. */
  refTo(target: Target): AnyRef
  readonly outlets: Outlets
  readonly elsewhere: Elsewhere
  readonly system: System
  /** Milliseconds that an ask waits when nothing else is said. */
  readonly askTimeout: number
  /** Milliseconds that children and hooks of an ending actor get. */
  readonly stopTimeout: number
  /** The actor whose handler runs in this turn, up to its first await. Written by cells. */
  current: Asker | null
  /** Messages sent since the current actor's turn began: they count against its budget, as what it handles does. Written by cells and the courier. */
  sent: number
  /** Runs code of the program in the middle of an actor's turn: what it asks is not that actor's. */
  asNobody(run: () => void): void
  /** Who asks after an await; null unless the system was made with `asyncContext: true`. */
  readonly asyncContext: AsyncContext | null
  /** Whether a value's class is registered for pickling: such a value is an answer, even if it can be iterated. */
  isRegistered(value: object): boolean
  /** An actor is gone for good: other nodes cannot find it any more. */
  forget(actor: Child): void
  /** Numbers for new actors, rising from 1. */
  nextSeq(): number
  /** An actor ended with an error that nobody was told. */
  orphanError(path: string, error: Error): void
}
