/** Envelopes as mailboxes see them. */
import { ASK, Envelope, TELL, stopSentinel, turn } from '../../src/model/envelope.ts'
import { NORMAL } from '../../src/model/exit-reason.ts'
import type { Mailbox } from '../../src/mailbox/mailbox.ts'

export function tell(method: string, ...args: unknown[]): Envelope {
  return new Envelope(TELL, method, args, null, null, null)
}

export function ask(method: string, ...args: unknown[]): Envelope {
  return new Envelope(ASK, method, args, null, null, null)
}

export const stop = (): Envelope => stopSentinel(NORMAL)
export const notice = (): Envelope => turn(() => undefined)

/** What a mailbox hands out until it is empty, by method; the runtime's own by kind. */
export function drain(box: Mailbox): string[] {
  const names: string[] = []
  for (let envelope = box.shift(); envelope !== undefined; envelope = box.shift()) names.push(nameOf(envelope))
  return names
}

export function nameOf(envelope: Envelope): string {
  if (envelope.kind === 3) return 'STOP'
  return envelope.kind === 4 ? 'TURN' : envelope.method
}
