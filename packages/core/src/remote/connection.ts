/**
 * What the parts of one session share: who is at its ends, the two ways out, how addresses are written, and whether it
 * still takes messages.
 */
import type { NodeId } from '../model/address.ts'
import type { ExitReason } from '../model/exit-reason.ts'
import type { AddressBook } from './addresses.ts'
import type { ControlLane } from './control-lane.ts'
import type { DataLane } from './data-lane.ts'
import type { Gatekeeper } from './gatekeeper.ts'
import type { LocalNode } from './local-node.ts'
import type { MethodNames } from './method-names.ts'

export interface Connection {
  readonly local: LocalNode
  readonly peerId: NodeId
  readonly peerName: string
  readonly data: DataLane
  readonly control: ControlLane
  readonly book: AddressBook
  readonly methods: MethodNames
  /** Null on links between the parts of one program. */
  readonly keeper: Gatekeeper | null
  /** Why nothing is sent any more; null while the link is open. Written by the session. */
  readonly ended: ExitReason | null
  /** Numbers for asks and streams, rising from 1. */
  nextId(): number
}
