/**
 * A spawn as data: what goes to the node where the actor shall live. The spawner has chosen the address already.
 */
import type { NodeId } from './address.ts'
import type { DefinitionName, MailboxSpec } from './definition.ts'

export interface SpawnRequest {
  /** The node that chose `seq`. */
  readonly origin: NodeId
  readonly seq: number
  readonly definition: DefinitionName
  readonly args: readonly unknown[]
  /** The last part of its path. */
  readonly name: string
  /** Never of kind priority: a function stays on its node. */
  readonly mailbox: MailboxSpec | null
  /** 'held': when it ends it waits for its parent's verdict, restart or bury. 'free': it is buried at once. */
  readonly onEnd: 'held' | 'free'
}
