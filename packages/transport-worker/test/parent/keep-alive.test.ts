import { describe, expect, it } from 'vitest'
import { runProgram } from '../workers.ts'

describe.each(['thread', 'process'])('a %s', (kind) => {
  it('that is no daemon keeps its program running until it ends', async () => {
    const program = runProgram('keep-alive', kind, 'member', 'leave')
    expect(await program.exited).toEqual([0, null])
    await program.silent
    expect(program.text()).toBe('main done\nend false\n')
  })

  it('that is a daemon ends with its program', async () => {
    const program = runProgram('keep-alive', kind, 'daemon', 'wait')
    expect(await program.exited).toEqual([0, null])
    await program.silent // the worker had its output, too
    expect(program.text()).toBe('main done\nend true\n')
  })

  it('that is a daemon keeps its program running while somebody joins it', async () => {
    const program = runProgram('keep-alive', kind, 'daemon', 'join')
    expect(await program.exited).toEqual([0, null])
    await program.silent
    expect(program.text()).toBe('main done\nend false\n')
  })
})

describe.each(['thread', 'process'])('a pool that nobody closes', (kind) => {
  it(`of workers of kind ${kind} keeps its program running while it has tasks, and no longer`, async () => {
    const program = runProgram('forgotten-pool', kind)
    expect(await program.exited).toEqual([0, null])
    await program.silent // the workers had its output, too
    expect(program.text()).toBe('[ 1, 4, 9 ]\nmain done\nlater\n')
  })
})

describe('workers', () => {
  it('have printed all of their output when they are reported as ended', async () => {
    const program = runProgram('printing')
    expect(await program.exited).toEqual([0, null])
    await program.silent
    const lines = program.text().split('\n')
    for (const [kind, first] of [
      ['thread', 0],
      ['childProcess', 5_001],
    ] as const) {
      const printed = lines.slice(first, first + 5_000)
      expect(printed.every((line, index) => line.startsWith(`${kind} ${index + 1} .`))).toBe(true)
      expect(lines[first + 5_000]).toBe(`ended ${kind}`)
    }
  })
})
