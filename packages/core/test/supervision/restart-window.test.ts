import { describe, expect, it } from 'vitest'
import { RestartWindow } from '../../src/supervision/restart-window.ts'

/** What the window says to restarts at these times. */
function answers(maxRestarts: number, within: number, times: readonly number[]): string {
  const window = new RestartWindow(maxRestarts, within)
  return times.map((time) => (window.record(time) === 'allowed' ? '.' : 'X')).join('')
}

describe('restart window', () => {
  it.each<[number, number, readonly number[], string]>([
    [3, 5_000, [0, 1, 2, 3], '...X'],
    [3, 5_000, [0, 1, 2, 5_000], '...X'], // one that is exactly `within` old still counts
    [3, 5_000, [0, 1, 2, 5_001], '....'],
    [3, 5_000, [0, 2_000, 4_000, 6_000, 8_000], '.....'],
    [1, 5_000, [0, 0], '.X'],
    [0, 5_000, [0], 'X'],
    [Infinity, 1, [0, 0, 0, 0, 0], '.....'],
    [1, Infinity, [0, 1e12], '.X'],
  ])('with at most %d within %d ms answers %j with %s', (maxRestarts, within, times, expected) => {
    expect(answers(maxRestarts, within, times)).toBe(expected)
  })

  it('counts the restarts that are in it', () => {
    const window = new RestartWindow(10, 100)
    expect(window.count).toBe(0)
    for (const time of [0, 50, 100]) window.record(time)
    expect(window.count).toBe(3)
    window.record(151)
    expect(window.count).toBe(2)
  })
})
