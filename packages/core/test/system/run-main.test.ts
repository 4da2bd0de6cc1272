import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { bundled } from '../../../../scripts/bundled.ts'
import { runMain } from '../../src/system/run-main.ts'
import { testSystem } from '../support/test-system.ts'

/** Bundled: a process that compiles for itself takes ten times as long to start. */
const PROGRAM = bundled('core/test/system/programs/main.ts')

interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the program, and once it is ready does what the test says. */
async function run(args: readonly string[], onReady: (child: ChildProcess) => void = () => undefined): Promise<Ended> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const wasReady = stdout.includes('ready')
    stdout += chunk
    if (!wasReady && stdout.includes('ready')) onReady(child)
  })
  const stderr = text(child.stderr)
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return { code, signal, stdout, stderr: await stderr }
}

describe.concurrent('runMain', () => {
  it.each([
    ['nothing', '', 0],
    ['a code', '{"kind":"exit","code":7}', 7],
    ['an error', '{"kind":"error","error":{}}', 1],
    ['a signal', '{"kind":"signal","signal":"SIGTERM"}', 143],
  ])('ends the process by what main returned: %s', async (_what, reason, code) => {
    expect(await run(['return', reason])).toEqual({ code, signal: null, stdout: 'hook shutdown\n', stderr: '' })
  })

  it.each(['boom', 'null'])('prints what main threw, and ends with 1: %s', async (thrown) => {
    const ended = await run(['throw', thrown])
    expect(ended).toMatchObject({ code: 1, signal: null, stdout: 'hook shutdown\n' })
    expect(ended.stderr).toContain(thrown)
  })

  it('ends by the reason with which an actor shut the system down, though main’s asks fail of it', async () => {
    expect(await run(['quit', '{"kind":"exit","code":4}'])).toEqual({
      code: 4,
      signal: null,
      stdout: 'hook shutdown\n',
      stderr: '',
    })
  })

  it('lets all leave the process that was printed', async () => {
    const ended = await run(['print', '3000000'])
    expect([ended.code, ended.stdout.replace('hook shutdown\n', '').length, ended.stderr.length]).toEqual([
      0, 3_000_000, 3_000_000,
    ])
  })

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('stops everything at the first %s, and ends with %i', async (signal, code) => {
    const ended = await run(['idle'], (child) => child.kill(signal))
    expect(ended).toMatchObject({ code, signal: null, stderr: '' })
    expect(ended.stdout.split('\n').sort()).toEqual(['', 'aborted', 'hook shutdown', 'ready'])
  })

  it('takes a signal that comes while main starts', async () => {
    expect(await run(['start'], (child) => child.kill('SIGTERM'))).toEqual({
      code: 143,
      signal: null,
      stdout: 'ready\n',
      stderr: '',
    })
  })

  it('lets main print its partial result after the first signal', async () => {
    const ended = await run(['partial'], (child) => child.kill('SIGINT'))
    expect(ended).toEqual({
      code: 130,
      signal: null,
      stdout: 'ready\nhook shutdown\npartial result after {"kind":"signal","signal":"SIGINT"}\n',
      stderr: '',
    })
  })

  it('is quiet about asks that fail because of a signal', async () => {
    expect(await run(['asking'], (child) => child.kill('SIGTERM'))).toMatchObject({ code: 143, stderr: '' })
  })

  it('keeps to the deadline with an actor that is stuck', async () => {
    const ended = await run(['stuck'], (child) => child.kill('SIGTERM'))
    expect(ended).toMatchObject({ code: 143, stdout: 'ready\n' })
  })

  it('takes a signal that comes while the system shuts down already', async () => {
    const ended = await run(['ending'], (child) => child.kill('SIGTERM'))
    // The program may be gone before the signal is sent.
    expect([0, 143]).toContain(ended.code)
    expect(ended.stdout).toBe('ready\nhook shutdown\n')
  })

  it('ends at once at the second signal', async () => {
    let sent = 0
    const ended = await run(['slow'], (child) => {
      child.kill('SIGTERM')
      child.stdout?.on('data', () => {
        if (sent++ === 0) child.kill('SIGINT')
      })
    })
    expect(ended).toMatchObject({ code: 130, signal: null })
  })

  it('takes a function', async () => {
    await using system = testSystem()
    await expect(runMain(system, 1 as never)).rejects.toThrow(TypeError)
  })
})
