import { describe, expect, it } from 'vitest'
import { NORMAL } from '../../src/model/exit-reason.ts'
import type { ExitReason } from '../../src/model/exit-reason.ts'
import type { Strategy } from '../../src/supervision/child-spec.ts'
import { planEnd, planRestart, planTerminate } from '../../src/supervision/restart-plan.ts'
import type { Place, Plan } from '../../src/supervision/restart-plan.ts'

const FAILED: ExitReason = { kind: 'signal', signal: 'SIGKILL' }

/** `a` permanent, `a?` transient, `a!` temporary; `a@w` lives on w; `-a` is stopped, `~a` waits for a restart. */
function places(text: string): Place[] {
  return text.split(' ').map((word) => {
    const [, mark = '', id = '', kind = '', on] = /^([-~]?)(\w+)([?!]?)(?:@(\w+))?$/.exec(word) ?? []
    return {
      id,
      on: on ?? null,
      restart: kind === '!' ? 'temporary' : kind === '?' ? 'transient' : 'permanent',
      state: mark === '-' ? 'stopped' : mark === '~' ? 'pending' : 'active',
    }
  })
}

/** `stop c b, remove c, start b`, parts without names left out. */
function spoken(plan: Plan): string {
  const parts = (['stop', 'remove', 'start'] as const).map((part) => [part, ...plan[part]])
  return parts
    .filter((words) => words.length > 1)
    .map((words) => words.join(' '))
    .join(', ')
}

describe('restart plan', () => {
  const fourOfAKind: readonly [Strategy, string, string, string][] = [
    ['one-for-one', 'a b c', 'b', 'start b'],
    ['one-for-one', 'a b! -c', 'a', 'start a'],
    ['simple-one-for-one', 'a b c', 'b', 'start b'],
    ['one-for-all', 'a b c', 'b', 'stop c a, start a b c'],
    ['one-for-all', 'a', 'a', 'start a'],
    ['rest-for-one', 'a b c d', 'b', 'stop d c, start b c d'],
    ['rest-for-one', 'a b c', 'a', 'stop c b, start a b c'],
    ['rest-for-one', 'a b c', 'c', 'start c'],
  ]
  it.each(fourOfAKind)('%s of "%s" when %s failed', (strategy, children, failed, plan) => {
    expect(spoken(planRestart(strategy, places(children), failed))).toBe(plan)
  })

  const temporary: readonly [Strategy, string, string, string][] = [
    ['one-for-all', 'a b! c', 'a', 'stop c b, remove b, start a c'],
    ['rest-for-one', 'a! b c! d', 'b', 'stop d c, remove c, start b d'],
    ['one-for-all', 'a! b! c', 'c', 'stop b a, remove a b, start c'],
  ]
  it.each(temporary)('%s of "%s" when %s failed removes temporary siblings', (strategy, children, failed, plan) => {
    expect(spoken(planRestart(strategy, places(children), failed))).toBe(plan)
  })

  const revived: readonly [Strategy, string, string, string][] = [
    ['one-for-all', '-a? b c', 'b', 'stop c, start a b c'],
    ['rest-for-one', '-a? b -c d?', 'b', 'stop d, start b c d'],
    ['one-for-all', '~a b c', 'b', 'stop c, start a b c'],
  ]
  it.each(revived)('%s of "%s" when %s failed also starts what was down, as OTP does', (strategy, children, failed, plan) => {
    expect(spoken(planRestart(strategy, places(children), failed))).toBe(plan)
  })

  const retries: readonly [Strategy, string, string, string][] = [
    ['one-for-one', 'a ~b c', 'b', 'start b'],
    ['rest-for-one', 'a b ~c -d', 'c', 'start c d'],
    ['one-for-all', 'a b ~c -d', 'c', 'stop b a, start a b c d'],
  ]
  it.each(retries)('%s of "%s" when the start of %s failed tries again from there', (strategy, children, failed, plan) => {
    expect(spoken(planRestart(strategy, places(children), failed))).toBe(plan)
  })

  const nodes: readonly [Strategy, string, string, string][] = [
    ['one-for-one', 'w a@w b c@w', 'w', 'stop c a, start w a c'],
    ['one-for-one', 'w ~a@w b -c?@w', 'w', 'start w a'],
    ['one-for-one', 'w a!@w b@w', 'w', 'stop b a, remove a, start w b'],
    ['one-for-one', 'w v@w a@v b', 'w', 'stop a v, start w v a'],
    ['one-for-one', 'w a@w b@w', 'a', 'start a'],
    ['rest-for-one', 'a w b@w c', 'w', 'stop c b, start w b c'],
    ['one-for-all', 'a w b@w', 'w', 'stop b a, start a w b'],
  ]
  it.each(nodes)('%s of "%s" when %s failed takes those who live there along', (strategy, children, failed, plan) => {
    expect(spoken(planRestart(strategy, places(children), failed))).toBe(plan)
  })
})

describe('end plan', () => {
  const table: readonly [string, string, ExitReason, string][] = [
    ['a b c', 'b', NORMAL, 'restart: start b'],
    ['a b? c', 'b', FAILED, 'restart: start b'],
    ['a b? c', 'b', NORMAL, 'keep b: '],
    ['a b! c', 'b', NORMAL, 'remove b: remove b'],
    ['a b! c', 'b', FAILED, 'remove b: remove b'],
    ['w? a@w b c!@w', 'w', NORMAL, 'keep w a c: stop c a, remove c'],
    ['w! a@w -b@w', 'w', FAILED, 'remove w a: stop a, remove w'],
    ['w ~a@w b', 'w', FAILED, 'restart: start w a'],
    ['a', 'gone', FAILED, 'remove: '],
  ]
  it.each(table)('of "%s" when %s ended with %j', (children, ended, reason, expected) => {
    const plan = planEnd('one-for-one', places(children), ended, reason)
    expect(`${[plan.verdict, ...plan.ended].join(' ')}: ${spoken(plan)}`).toBe(expected)
  })

  it.each(['one-for-all', 'rest-for-one'] as const)('%s leaves siblings alone when the child is not restarted', (strategy) => {
    for (const children of ['a b? c', 'a b! c'])
      expect(planEnd(strategy, places(children), 'b', NORMAL)).toMatchObject({ stop: [], start: [] })
  })
})

describe('terminate plan', () => {
  it.each([
    ['a b c', 'b', 'stop b'],
    ['a -b c', 'b', ''],
    ['a b! c', 'b', 'stop b, remove b'],
    ['w a@w b c!@w', 'w', 'stop c a w, remove c'],
  ])('of "%s" for %s', (children, id, plan) => {
    expect(spoken(planTerminate(places(children), id))).toBe(plan)
  })
})
