import { describe, expect, it } from 'vitest'
import { assert, assertNever, present } from '../../src/base/assert.ts'
import { checkFunction, checkText, checkTimeout, print } from '../../src/base/check.ts'

describe('checks of what callers pass in', () => {
  it.each([0, 0.5, 5_000, Number.POSITIVE_INFINITY])('take %s as milliseconds', (value) => {
    expect(() => checkTimeout('timeout', value)).not.toThrow()
  })

  it.each([
    [-1, RangeError, 'timeout takes milliseconds from 0 up, not -1'],
    [Number.NEGATIVE_INFINITY, RangeError, 'timeout takes milliseconds from 0 up, not -Infinity'],
    [Number.NaN, TypeError, 'timeout takes a number of milliseconds, not NaN'],
    ['5', TypeError, 'timeout takes a number of milliseconds, not "5"'],
    [null, TypeError, 'timeout takes a number of milliseconds, not null'],
    [5n, TypeError, 'timeout takes a number of milliseconds, not 5'],
  ])('refuse %s as milliseconds', (value, kind, message) => {
    expect(() => checkTimeout('timeout', value)).toThrow(new kind(message))
  })

  it('name what they got and what they expect', () => {
    expect(() => checkFunction('watch', 1)).toThrow(new TypeError('watch takes a function, not 1'))
    expect(() => checkText('register', '')).toThrow(new TypeError('register takes a string that is not empty, not ""'))
    expect(() => checkFunction('watch', () => 1)).not.toThrow()
    expect(() => checkText('register', 'a')).not.toThrow()
  })

  it.each([
    ['text', '"text"'],
    ['x'.repeat(61), `"${'x'.repeat(60)}…"`],
    [[1, 2], 'an array of 2'],
    [new Map(), 'an object of class Map'],
    [Object.create(null), 'an object of class null'],
    [() => 1, 'function (anonymous)'],
    [parseInt, 'function parseInt'],
    [undefined, 'undefined'],
    [Symbol('a'), 'Symbol(a)'],
  ])('print %o in a few words', (value, text) => {
    expect(print(value)).toBe(text)
  })
})

describe('invariants', () => {
  it('throw when they do not hold', () => {
    expect(() => assert(false, 'the sky is up')).toThrow('Troupe invariant violated: the sky is up')
    expect(() => assert(true, '')).not.toThrow()
    expect(() => present(null, 'the ground')).toThrow('the ground is missing')
    expect(present(0, 'zero')).toBe(0)
    expect(() => assertNever({ kind: 'new' } as never)).toThrow('unreachable: {"kind":"new"}')
  })
})
