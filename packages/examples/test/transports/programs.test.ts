import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runProgram } from '../run-program.ts'

/** A program with a loader for TypeScript; in milliseconds. */
const SLOW = 60_000

describe('the programs of the two transports', { timeout: SLOW }, () => {
  it.each([
    ['transport-tcp/main.ts', [], 'tcp'],
    ['transport-tcp/main.ts', [`unix:${join(tmpdir(), `troupe-${randomUUID()}.sock`)}`], 'unix'],
    ['transport-port/main.ts', [], 'a port'],
  ])('%s plays ping-pong (%j)', async (program, args, over) => {
    const { code, stdout, stderr } = await runProgram(program, args)
    expect(stdout).toBe(`far answered 1000 pings over ${over}\nfar ended: shutdown\n`)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  it.each(['transport-tcp/main.ts', 'transport-port/main.ts'])('%s explains itself', async (program) => {
    const { code, stdout } = await runProgram(program, ['--help'])
    expect(stdout).toMatch(/^usage: transport-/)
    expect(code).toBe(0)
  })
})
