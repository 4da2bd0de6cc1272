import { describe, expect, it } from 'vitest'
import { runProgram } from '../workers.ts'

describe('an actor in the main module', () => {
  it.each(['thread', 'process'])('is refused with what to do, instead of workers that start workers (%s)', async (kind) => {
    const program = runProgram('main-actor', kind)
    const [code] = await program.exited
    await program.silent
    const lines = program.text().split('\n')
    expect(code).toBe(0)
    expect(lines.filter((line) => line.startsWith('started'))).toHaveLength(2)
    expect(program.text()).toMatch(/refused StartFailedError: .*starts a worker while it is loaded in one/)
    expect(lines).toContain('done')
  })
})
