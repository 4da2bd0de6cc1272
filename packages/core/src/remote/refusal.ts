/**
 * What becomes of a message that reaches nobody: its asker hears why at once, a tell is a dead letter.
 */
import { ActorStoppedError, MailboxFullError } from '../errors/actor-errors.ts'
import { type Envelope, TELL, replyPort, streamPort } from '../model/envelope.ts'
import type { DeadLetter } from '../model/event.ts'
import { type ExitReason, describeExit } from '../model/exit-reason.ts'
import type { LocalNode } from './local-node.ts'

export function stoppedError(path: string, reason: ExitReason): ActorStoppedError<ExitReason> {
  return new ActorStoppedError(path, reason, describeExit(reason))
}

/** The target is gone, or its link is. */
export function refuse(local: LocalNode, path: string, envelope: Envelope, reason: ExitReason): void {
  const why = reason.kind === 'not-found' ? 'not-found' : 'disconnected'
  refuseWith(local, path, envelope, { why, error: () => stoppedError(path, reason) })
}

/** The link holds `limit` bytes for a peer that does not read. */
export function refuseFull(local: LocalNode, path: string, envelope: Envelope, limit: number): void {
  refuseWith(local, path, envelope, { why: 'mailbox-full', error: () => new MailboxFullError(path, limit) })
}

interface Refusal {
  readonly why: DeadLetter['why']
  readonly error: () => unknown
}

/** The asker gets the error; a tell is a dead letter for that reason. */
export function refuseWith(local: LocalNode, path: string, envelope: Envelope, { why, error }: Refusal): void {
  replyPort(envelope)?.reject(error())
  streamPort(envelope)?.error(error())
  if (envelope.kind !== TELL) return
  const { method, args, sender } = envelope
  local.deadLetter({ target: path, method, args, sender: sender === null ? null : sender.path, why })
}
