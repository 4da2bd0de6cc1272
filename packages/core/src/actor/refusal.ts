/**
 * What becomes of a message that no handler takes: an ask is rejected, a stream ends with an error, a tell is a dead letter.
 * Nothing is dropped in silence.
 */
import { ActorStoppedError, MailboxFullError, UnknownMethodError } from '../errors/actor-errors.ts'
import { type Envelope, TELL, replyPort, streamPort } from '../model/envelope.ts'
import type { DeadLetter } from '../model/event.ts'
import { type ExitReason, describeExit } from '../model/exit-reason.ts'
import type { Outlets } from './kernel.ts'

/** The actor ended before it took the message up. */
export function refuseStopped(envelope: Envelope, path: string, reason: ExitReason, outlets: Outlets): void {
  refuse(envelope, path, reason.kind === 'not-found' ? 'not-found' : 'stopped', outlets, () => stoppedError(path, reason))
}

/** The mailbox gave it up. */
export function refuseFull(
  envelope: Envelope,
  path: string,
  capacity: number,
  why: 'mailbox-full' | 'dropped',
  outlets: Outlets,
): void {
  refuse(envelope, path, why, outlets, () => new MailboxFullError(path, capacity))
}

/** No handler of that name. */
export function refuseUnknown(envelope: Envelope, path: string, outlets: Outlets): void {
  refuse(envelope, path, 'unknown-method', outlets, () => new UnknownMethodError(path, envelope.method))
}

export function stoppedError(path: string, reason: ExitReason): ActorStoppedError<ExitReason> {
  return new ActorStoppedError(path, reason, describeExit(reason))
}

function refuse(envelope: Envelope, path: string, why: DeadLetter['why'], outlets: Outlets, makeError: () => Error): void {
  const reply = replyPort(envelope)
  if (reply !== null) reply.reject(makeError())
  else streamPort(envelope)?.error(makeError())
  if (envelope.kind !== TELL || !outlets.wantsDeadLetters) return
  outlets.deadLetter({ target: path, method: envelope.method, args: envelope.args, sender: envelope.sender?.path ?? null, why })
}
