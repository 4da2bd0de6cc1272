import { describe, expect, it } from 'vitest'
import { runProgram } from '../run-program.ts'

describe('one writer', { timeout: 120_000 }, () => {
  it('serves a thousand callers of a SQLite database at once, and loses nothing when its owner is killed', async () => {
    const { code, stdout } = await runProgram('parallel/one-writer.ts')
    const [counted, ...rest] = stdout.split('\n')
    const counts = JSON.parse(counted?.replace('1000 callers: ', '') ?? '') as Readonly<Record<string, number>>
    expect(Object.keys(counts)).toEqual(['done', 'refused'])
    expect((counts['done'] ?? 0) + (counts['refused'] ?? 0)).toBe(1_000)
    expect(rest).toEqual(['after a kill: nothing that was answered is lost', 'total: 5000 before, 5000 after', ''])
    expect(code).toBe(0)
  })
})
