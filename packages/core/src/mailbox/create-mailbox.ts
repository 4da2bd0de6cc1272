/**
 * Mailboxes as programs write them, checked here, and the live mailbox that such a specification stands for.
 */
import { assertNever } from '../base/assert.ts'
import { print } from '../base/check.ts'
import type { MailboxSpec, OverflowPolicy } from '../model/definition.ts'
import { BoundedMailbox } from './bounded-mailbox.ts'
import type { Mailbox } from './mailbox.ts'
import { PriorityMailbox } from './priority-mailbox.ts'
import { UnboundedMailbox } from './unbounded-mailbox.ts'

const POLICIES: readonly OverflowPolicy[] = ['backpressure', 'refuse', 'drop-newest', 'drop-oldest']

/** The default: no bound; `mailbox-pressure` events from 10 000 messages on. */
export function unbounded(): MailboxSpec {
  return { kind: 'unbounded' }
}

/**
 * At most `capacity` messages. Above it: 'backpressure' (the sender's `await tell` waits), 'refuse' (an ask rejects
 * MailboxFullError, a tell is a dead letter), 'drop-newest', 'drop-oldest'.
 */
export function bounded(capacity: number, overflow: OverflowPolicy): MailboxSpec {
  if (!Number.isInteger(capacity) || capacity < 1)
    throw new RangeError(`bounded takes a capacity of 1 or more messages, not ${String(capacity)}`)
  if (!POLICIES.includes(overflow))
    throw new TypeError(`bounded takes an overflow policy (${POLICIES.join(', ')}), not ${String(overflow)}`)
  return { kind: 'bounded', capacity, overflow }
}

/** Lower numbers first; equal ones in the order sent. Only for actors on this node: the function does not travel. */
export function priority(rank: (method: string, args: readonly unknown[]) => number): MailboxSpec {
  if (typeof rank !== 'function') throw new TypeError(`priority takes a function (method, args) => number, not ${typeof rank}`)
  return { kind: 'priority', priority: rank }
}

/** Throws TypeError or RangeError for a specification that was written by hand and is none. */
export function checkMailbox(spec: MailboxSpec): void {
  const { kind } = spec
  switch (kind) {
    case 'unbounded':
      return
    case 'bounded':
      bounded(spec.capacity, spec.overflow)
      return
    case 'priority':
      priority(spec.priority)
      return
    default:
      throw new TypeError(`a mailbox is made by unbounded(), bounded() or priority(), not ${print(kind satisfies never)}`)
  }
}

/** The live mailbox for a specification; null stands for the default. */
export function createMailbox(spec: MailboxSpec | null): Mailbox {
  if (spec === null) return new UnboundedMailbox()
  switch (spec.kind) {
    case 'unbounded':
      return new UnboundedMailbox()
    case 'bounded':
      return new BoundedMailbox(spec.capacity, spec.overflow)
    case 'priority':
      return new PriorityMailbox(spec.priority)
    default:
      return assertNever(spec)
  }
}
