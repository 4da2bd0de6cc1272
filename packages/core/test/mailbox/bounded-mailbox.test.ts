import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BoundedMailbox } from '../../src/mailbox/bounded-mailbox.ts'
import type { OverflowPolicy } from '../../src/model/definition.ts'
import { stateOf, turns } from '../support/waiting.ts'
import { ask, drain, nameOf, notice, stop, tell } from './envelopes.ts'

const POLICIES: readonly OverflowPolicy[] = ['backpressure', 'refuse', 'drop-newest', 'drop-oldest']

describe('bounded mailbox', () => {
  it.each([
    ['backpressure', null, ['a', 'b', 'c']],
    ['refuse', 'c', ['a', 'b']],
    ['drop-newest', 'c', ['a', 'b']],
    ['drop-oldest', 'a', ['b', 'c']],
  ] as const)('under %s gives up %s when full', (overflow, given, kept) => {
    const box = new BoundedMailbox(2, overflow)
    expect(box.push(tell('a'))).toBeNull()
    expect(box.push(ask('b'))).toBeNull()
    const lost = box.push(tell('c'))
    expect(lost === null ? null : nameOf(lost)).toBe(given)
    expect(drain(box)).toEqual(kept)
  })

  it.each([
    ['refuse', 'mailbox-full'],
    ['drop-newest', 'dropped'],
    ['drop-oldest', 'dropped'],
  ] as const)('under %s says %s', (overflow, why) => {
    expect(new BoundedMailbox(1, overflow).givesUp).toBe(why)
  })

  it.each(POLICIES)('under %s always takes the sentinel and notices, and never gives them up', (overflow) => {
    const box = new BoundedMailbox(1, overflow)
    expect(box.push(notice())).toBeNull()
    expect(box.push(tell('a'))).toBeNull()
    expect(box.push(stop())).toBeNull()
    expect(box.push(notice())).toBeNull()
    box.push(tell('b'))
    const left = drain(box)
    expect(left.filter((name) => name === 'STOP' || name === 'TURN')).toEqual(['TURN', 'STOP', 'TURN'])
  })

  it.each(POLICIES)('under %s counts only messages against the bound', (overflow) => {
    const box = new BoundedMailbox(2, overflow)
    for (let n = 0; n < 5; n++) box.push(notice())
    expect(box.push(tell('a'))).toBeNull()
    expect(box.push(tell('b'))).toBeNull()
    expect([box.length, box.messages]).toEqual([7, 2])
  })

  it('takes back what was put aside, whatever the bound', () => {
    const box = new BoundedMailbox(1, 'refuse')
    box.push(tell('b'))
    box.unshift(tell('a'))
    expect(box.messages).toBe(2)
    expect(box.push(tell('c'))).not.toBeNull()
    expect(drain(box)).toEqual(['a', 'b'])
  })

  it('tells senders under backpressure when there is room for what they sent, the oldest first', async () => {
    const box = new BoundedMailbox(2, 'backpressure')
    const push = (name: string): Promise<void> | undefined => (box.push(tell(name)), box.room())
    expect(push('a')).toBeUndefined()
    expect(push('b')).toBeUndefined()
    const third = push('c') ?? Promise.reject(new Error('no promise'))
    const fourth = push('d') ?? Promise.reject(new Error('no promise'))
    expect(await stateOf(third)).toBe('pending')
    box.shift()
    expect(await stateOf(third)).toBe('resolved')
    expect(await stateOf(fourth)).toBe('pending')
    box.shift()
    expect(await stateOf(fourth)).toBe('resolved')
    expect(drain(box)).toEqual(['c', 'd'])
  })

  it('makes nobody wait for a notice', async () => {
    const box = new BoundedMailbox(1, 'backpressure')
    box.push(tell('a'))
    box.push(notice())
    expect(box.room()).toBeUndefined()
    box.push(tell('b'))
    const room = box.room() ?? Promise.reject(new Error('no promise'))
    box.shift()
    await turns()
    expect(await stateOf(room)).toBe('resolved')
  })

  it('holds what the policy says for any mix of pushes and shifts', () => {
    const actions = fc.array(fc.constantFrom('push', 'push', 'shift', 'turn'), { maxLength: 100 })
    fc.assert(
      fc.property(fc.constantFrom(...POLICIES), fc.integer({ min: 1, max: 5 }), actions, (overflow, capacity, all) => {
        const box = new BoundedMailbox(capacity, overflow)
        let model: string[] = []
        const count = (): number => model.filter((name) => name !== 'TURN').length
        all.forEach((action, index) => {
          if (action === 'shift') {
            const envelope = box.shift()
            expect(envelope === undefined ? undefined : nameOf(envelope)).toBe(model.shift())
          } else if (action === 'turn') {
            box.push(notice())
            model.push('TURN')
          } else {
            const name = `m${index}`
            const lost = box.push(tell(name))
            const isFull = count() >= capacity && overflow !== 'backpressure'
            expect(lost === null).toBe(!isFull)
            if (!isFull || overflow === 'drop-oldest') model.push(name)
            if (isFull && overflow === 'drop-oldest') {
              const oldest = model.findIndex((each) => each !== 'TURN')
              model = model.filter((_, at) => at !== oldest)
            }
          }
          expect([box.length, box.messages]).toEqual([model.length, count()])
        })
      }),
    )
  })
})
