import { describe, expect, it } from 'vitest'
import { isWorkDone } from '../../src/supervision/auto-shutdown.ts'
import type { PlaceState } from '../../src/supervision/restart-plan.ts'

/** `s` significant, `o` not; `-s` stopped, `~s` waiting for a restart. */
function children(text: string): { significant: boolean; state: PlaceState }[] {
  const words = text === '' ? [] : text.split(' ')
  return words.map((word) => ({
    significant: word.endsWith('s'),
    state: word.startsWith('-') ? 'stopped' : word.startsWith('~') ? 'pending' : 'active',
  }))
}

describe('auto shutdown', () => {
  it.each([
    // ended, remaining, never, any, all
    ['s', '', false, true, true],
    ['s', 'o', false, true, true],
    ['s', 's', false, true, false],
    ['s', '-s', false, true, true],
    ['s', '~s', false, true, false],
    ['s', '-s s', false, true, false],
    ['o', '', false, false, false],
    ['o', '-s', false, false, false],
    ['o s', 'o', false, true, true],
    ['', '-s', false, false, false],
  ])('when "%s" ended and "%s" remain', (ended, remaining, never, any, all) => {
    const answers = (['never', 'any-significant', 'all-significant'] as const).map((policy) =>
      isWorkDone(policy, children(ended), children(remaining)),
    )
    expect(answers).toEqual([never, any, all])
  })
})
