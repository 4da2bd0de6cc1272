import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ASK, Envelope, TELL } from '../../src/model/envelope.ts'
import type { Target } from '../../src/model/target.ts'
import { createMailbox } from '../../src/mailbox/create-mailbox.ts'
import { drain, nameOf, notice, stop, tell } from './envelopes.ts'

/** A mailbox only holds it. */
const sender = { path: 'troupe://test/sender' } as Target

describe('unbounded mailbox', () => {
  it('hands out everything in the order sent', () => {
    const box = createMailbox(null)
    box.push(tell('b'))
    box.push(notice())
    box.push(stop())
    box.unshift(tell('a'))
    expect([box.length, box.room(), box.capacity]).toEqual([4, undefined, Number.POSITIVE_INFINITY])
    expect(drain(box)).toEqual(['a', 'b', 'TURN', 'STOP'])
  })

  it.each([
    ['no argument', new Envelope(TELL, 'add', [], null, null, null)],
    ['one argument', new Envelope(TELL, 'add', [{ n: 1 }], null, null, null)],
    ['an argument undefined', new Envelope(TELL, 'add', [undefined], null, null, null)],
    ['a list as its argument', new Envelope(TELL, 'add', [[1, 2]], null, null, null)],
    ['two arguments', new Envelope(TELL, 'add', [1, 2], null, null, null)],
    ['a sender', new Envelope(TELL, 'add', [1], sender, null, null)],
    ['a trace', new Envelope(TELL, 'add', [1], sender, null, '00-1-2-01')],
    ['a name of no letters', new Envelope(TELL, '', [], null, null, null)],
    ['an answer to come', new Envelope(ASK, 'get', [], sender, null, null)],
  ])('hands out a message with %s as it was put in', (_what, envelope) => {
    const box = createMailbox(null)
    box.push(envelope)
    box.unshift(envelope)
    expect([box.shift(), box.shift(), box.shift()]).toEqual([envelope, envelope, undefined])
  })

  it('takes out what the runtime put in and matches; all else keeps its order', () => {
    const box = createMailbox(null)
    for (const envelope of [tell('a'), stop(), tell('b', 1, 2), notice(), stop(), tell('c')]) box.push(envelope)
    box.discard((envelope) => nameOf(envelope) === 'STOP')
    expect(drain(box)).toEqual(['a', 'b', 'TURN', 'c'])
  })

  it('is a list, whatever is done to it', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('push', 'pair', 'unshift', 'shift', 'many'), { maxLength: 60 }), (steps) => {
        const box = createMailbox(null)
        const list: string[] = []
        for (const [index, step] of steps.entries()) {
          const name = `m${index}`
          if (step === 'shift') expect(box.shift()?.method).toBe(list.shift())
          else if (step === 'unshift') {
            box.unshift(tell(name, index))
            list.unshift(name)
          } else {
            // Beyond the size that is given back when it runs empty.
            for (let count = step === 'many' ? 1_500 : 1; count > 0; count--) {
              box.push(step === 'pair' ? tell(name, index, 0) : tell(name, index))
              list.push(name)
            }
          }
          expect(box.length).toBe(list.length)
        }
        expect(drain(box)).toEqual(list)
      }),
      { numRuns: 50 },
    )
  })
})
