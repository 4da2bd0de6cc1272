import { describe, expect, it } from 'vitest'
import { BoundedMailbox } from '../../src/mailbox/bounded-mailbox.ts'
import { bounded, checkMailbox, createMailbox, priority, unbounded } from '../../src/mailbox/create-mailbox.ts'
import { PriorityMailbox } from '../../src/mailbox/priority-mailbox.ts'
import { UnboundedMailbox } from '../../src/mailbox/unbounded-mailbox.ts'

describe('mailboxes as programs write them', () => {
  it('stand for a live mailbox', () => {
    expect(createMailbox(null)).toBeInstanceOf(UnboundedMailbox)
    expect(createMailbox(unbounded())).toBeInstanceOf(UnboundedMailbox)
    expect(createMailbox(bounded(3, 'refuse'))).toBeInstanceOf(BoundedMailbox)
    expect(createMailbox(bounded(3, 'refuse')).capacity).toBe(3)
    expect(createMailbox(priority(() => 1))).toBeInstanceOf(PriorityMailbox)
  })

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '3' as never])('refuse a capacity of %s', (capacity) => {
    expect(() => bounded(capacity, 'refuse')).toThrow(RangeError)
  })

  it('refuse a policy that does not exist, naming those that do', () => {
    expect(() => bounded(1, 'drop' as never)).toThrow(/backpressure, refuse, drop-newest, drop-oldest.*drop/)
    expect(() => bounded(1, undefined as never)).toThrow(TypeError)
  })

  it('refuse a priority that is no function', () => {
    expect(() => priority('high' as never)).toThrow(TypeError)
  })

  it.each([
    ['a name', 'bounded'],
    ['an unknown kind', { kind: 'ring' }],
    ['a bound of nothing', { kind: 'bounded', capacity: 0, overflow: 'refuse' }],
    ['an unknown policy', { kind: 'bounded', capacity: 1, overflow: 'drop' }],
    ['a priority without a function', { kind: 'priority' }],
  ])('refuse %s when written by hand', (_what, spec) => {
    expect(() => checkMailbox(spec as never)).toThrow()
  })

  it.each([unbounded(), bounded(1, 'drop-oldest'), priority(() => 1)])('take %o', (spec) => {
    expect(() => checkMailbox(spec)).not.toThrow()
  })
})
