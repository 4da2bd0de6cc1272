import { describe, expect, it } from 'vitest'
import { isTroupeError } from '../../src/errors/troupe-error.ts'
import type { ChildSpec } from '../../src/supervision/child-spec.ts'
import { toSupervisorSettings } from '../../src/supervision/supervisor-settings.ts'
import { Counter, Greeter, Inner, Worker } from './definitions.ts'

const child: ChildSpec = { id: 'a', actor: Greeter }

/** Options and specs as a program without types may write them. */
function settingsOf(options: object): unknown {
  // Safe: telling what is wrong with options is what is tested.
  return toSupervisorSettings({ name: 'Shop', children: [], ...options })
}

function problemOf(options: object): string {
  try {
    settingsOf(options)
  } catch (error) {
    if (isTroupeError(error, 'TROUPE_BAD_CHILD_SPEC')) return error.message
    throw error
  }
  return 'no problem'
}

describe('supervisor settings', () => {
  it('fill in the defaults', () => {
    expect(toSupervisorSettings({ name: 'Shop', children: [] })).toEqual({
      name: 'Shop',
      module: undefined,
      strategy: 'one-for-one',
      maxRestarts: 3,
      within: 5_000,
      backoff: null,
      autoShutdown: 'never',
      children: [],
    })
  })

  it('keep what was said', () => {
    const options = { strategy: 'rest-for-one', maxRestarts: Infinity, within: 1, autoShutdown: 'all-significant' }
    expect(settingsOf({ ...options, backoff: { min: 1, max: 2 } })).toMatchObject({
      ...options,
      backoff: { min: 1, max: 2, jitter: 0 },
    })
  })

  it.each<[object, string]>([
    [{ name: '' }, `supervisor : name is '', expected the name it is exported under`],
    [{ name: 7 }, 'supervisor ?: name is 7, expected the name it is exported under'],
    [
      { strategy: 'one_for_one' },
      `strategy is 'one_for_one', expected 'one-for-one', 'one-for-all', 'rest-for-one' or 'simple-one-for-one'`,
    ],
    [{ strategy: null, maxRestarts: -1 }, 'maxRestarts is -1, expected a count of 0 or more'],
    [{ maxRestarts: 1.5 }, 'maxRestarts is 1.5, expected a whole number or Infinity'],
    [{ maxRestarts: NaN }, 'maxRestarts is NaN'],
    [{ maxRestarts: '3' }, `maxRestarts is '3'`],
    [{ within: 0 }, 'within is 0, expected milliseconds of 1 or more'],
    [{ within: -5 }, 'within is -5'],
    [{ autoShutdown: true }, `autoShutdown is true, expected 'never', 'any-significant' or 'all-significant'`],
    [{ backoff: { min: 0, max: 1 } }, 'backoff.min is 0, expected milliseconds of 1 or more'],
    [{ backoff: { min: 10, max: 9 } }, 'backoff.max is 9, expected finite milliseconds of backoff.min (10) or more'],
    [{ backoff: { min: 10, max: Infinity } }, 'backoff.max is Infinity'],
    [{ backoff: { min: 1 } }, 'backoff.max is undefined'],
    [{ backoff: { min: 1, max: 2, jitter: 1.5 } }, 'backoff.jitter is 1.5, expected a share from 0 to 1'],
    [{ children: {} }, 'children is an object, expected an array'],
    [{ strategy: 'simple-one-for-one' }, `children is an array of 0, expected exactly one with 'simple-one-for-one'`],
    [
      { strategy: 'simple-one-for-one', children: [child, { ...child, id: 'b' }] },
      'children is an array of 2, expected exactly one',
    ],
  ])('refuse %j', (options, problem) => {
    expect(problemOf(options)).toContain(problem)
  })
})

describe('child settings', () => {
  it('take any definition in an array literal', () => {
    const { children } = toSupervisorSettings({
      name: 'Shop',
      children: [
        { id: 'counter', actor: Counter, args: [0] },
        { id: 'greeter', actor: Greeter },
        { id: 'worker-1', actor: Worker },
        { id: 'inner', actor: Inner },
      ],
    })
    expect(children[0]).toEqual({
      id: 'counter',
      actor: Counter,
      args: [0],
      restart: 'permanent',
      shutdown: 5_000,
      significant: false,
      on: null,
      mailbox: null,
    })
  })

  it('give a supervisor all the time it needs to stop, unless said', () => {
    const { children } = toSupervisorSettings({
      name: 'Shop',
      children: [
        { id: 'patient', actor: Inner },
        { id: 'hasty', actor: Inner, shutdown: 100 },
      ],
    })
    expect(children.map(({ shutdown }) => shutdown)).toEqual(['infinity', 100])
  })

  it.each(['permanent', 'transient', 'temporary'] as const)('let a %s child be significant only as OTP does', (restart) => {
    for (const autoShutdown of ['never', 'any-significant', 'all-significant'] as const) {
      const allowed = restart !== 'permanent' && autoShutdown !== 'never'
      const problem = problemOf({ autoShutdown, children: [{ ...child, restart, significant: true }] })
      if (allowed) expect(problem).toBe('no problem')
      else expect(problem).toContain('child "a": significant is true, expected false while')
    }
  })

  it.each<[object | null, string]>([
    [null, 'a child is null, expected an object with id and actor'],
    [{ id: undefined }, `a child's id is undefined, expected letters`],
    [{ id: 'a/b' }, `a child's id is 'a/b', expected letters, digits, "_", "-" and "."`],
    [{ id: '' }, `a child's id is ''`],
    [{ actor: undefined }, 'child "a": actor is undefined, expected a definition'],
    [{ actor: function Cart() {} }, 'child "a": actor is function Cart, expected a definition'],
    [{ actor: { name: 'x' } }, 'child "a": actor is an object, expected a definition'],
    [{ args: 1 }, 'child "a": args is 1, expected an array'],
    [{ restart: 'always' }, `child "a": restart is 'always', expected 'permanent', 'transient' or 'temporary'`],
    [{ shutdown: -1 }, 'child "a": shutdown is -1, expected milliseconds of 0 or more'],
    [{ shutdown: 'never' }, `child "a": shutdown is 'never', expected milliseconds, 'brutal-kill' or 'infinity'`],
    [{ shutdown: true }, 'child "a": shutdown is true'],
    [{ significant: 1 }, 'child "a": significant is 1, expected true or false'],
    [{ on: 'nobody' }, `child "a": on is 'nobody', expected the id of a sibling that is a node`],
    [{ on: 'a' }, `child "a": on is 'a', expected the id of a sibling that is a node`],
    [{ on: 'other' }, `child "a": on is 'other', expected a node such as thread(), not the actor Greeter`],
    [{ on: 'worker' }, `child "a": on is 'worker', expected an actor with a module, which Greeter lacks`],
    [
      { on: 'worker', actor: Counter, mailbox: { kind: 'priority', priority: () => 0 } },
      `child "a": mailbox is 'priority', expected another kind`,
    ],
  ])('refuse %j', (change, problem) => {
    const before = [
      { id: 'worker', actor: Worker },
      { id: 'other', actor: Greeter },
    ]
    const spec = change === null ? null : { ...child, ...change }
    expect(problemOf({ children: [...before, spec, { id: 'late', actor: Worker }] })).toContain(problem)
  })

  it('refuse an id that a sibling has', () => {
    expect(problemOf({ children: [child, child] })).toContain('child "a": id is taken by a sibling')
  })

  it('refuse a place for the template of simple-one-for-one', () => {
    expect(problemOf({ strategy: 'simple-one-for-one', children: [{ ...child, on: 'w' }] })).toContain(
      'a template has no siblings',
    )
  })

  it('start a node before the children that live on it, wherever they stand', () => {
    const { children } = toSupervisorSettings({
      name: 'Shop',
      children: [
        { id: 'first', actor: Counter, args: [0] },
        { id: 'counter', actor: Counter, args: [0], on: 'worker' },
        { id: 'worker', actor: Worker },
        { id: 'last', actor: Counter, args: [0], on: 'worker' },
      ],
    })
    expect(children.map(({ id }) => id)).toEqual(['first', 'worker', 'counter', 'last'])
  })

  it('place a child on a node declared before it', () => {
    const { children } = toSupervisorSettings({
      name: 'Shop',
      children: [
        { id: 'worker', actor: Worker },
        { id: 'counter', actor: Counter, args: [0], on: 'worker' },
      ],
    })
    expect(children[1]?.on).toBe('worker')
  })
})
