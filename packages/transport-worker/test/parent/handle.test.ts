import { mkdtemp, realpath, rm, writeFile, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { SHARE_ENV } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { Counter, Where } from '../fixtures/actors.ts'
import { Hooked } from '../fixtures/hooked.ts'
import { testSystem } from '../support.ts'
import { childProcess, far, kinds, thread } from '../workers.ts'

describe.each(kinds)('a %s', (kind, make) => {
  it('is a node with actors: same refs, messages in order, names to look up', async () => {
    await using system = testSystem()
    const node = await system.start(make({ name: 'w1' }))
    const counter = system.spawn(far(Counter), [10], { on: node })
    await counter.ready
    for (let n = 0; n < 1_000; n++) void counter.tell('add', 1)
    expect(await counter.ask('get')).toBe(1_010)
    expect(node.name).toBe('w1')
    expect(node.id).toMatch(/^w1~/)
    const ids = await system.spawn(far(Where), [], { on: node }).ask('ids')
    expect(node.pid).toBe(ids.pid)
    expect(node.threadId).toBe(kind === 'thread' ? ids.threadId : null)
    expect(ids.pid === process.pid).toBe(kind === 'thread')
  })

  it('is named after its thread or process when it has no name', async () => {
    await using system = testSystem()
    const node = await system.start(make())
    expect(node.name).toBe(kind === 'thread' ? `thread-${node.threadId}` : `process-${node.pid}`)
  })

  it('has its own argv, flags and environment, and ours stay as they are', async () => {
    await using system = testSystem()
    const env = { ...process.env, TROUPE_TEST: 'worker', TROUPE_NONE: undefined }
    const node = await system.start(make({ argv: ['one', '--two'], execArgv: ['--no-deprecation'], env }))
    const where = system.spawn(far(Where), [], { on: node })
    const { argv, execArgv } = await where.ask('argv')
    expect(argv).toEqual(['one', '--two'])
    expect(execArgv).toContain('--no-deprecation')
    expect(await where.ask('env', 'TROUPE_TEST')).toBe('worker')
    expect(await where.ask('env', 'TROUPE_NONE')).toBeUndefined()
    await where.ask('setEnv', 'TROUPE_TEST', 'changed')
    expect(process.env['TROUPE_TEST']).toBeUndefined()
  })

  it('tells who joins it whether it has ended', async () => {
    await using system = testSystem()
    const node = await system.start(make())
    expect(await node.join(0)).toBe(false)
    expect(await node.join(20)).toBe(false)
    await expect(node.join(-1)).rejects.toThrow(new RangeError('join(): timeout takes milliseconds from 0 up, not -1'))
    await expect(node.terminate({ grace: -1 })).rejects.toThrow(RangeError)
    expect(node.alive).toBe(true)
    const joined = Promise.all([node.join(), node.join(Infinity), node.join(10_000)])
    node.kill()
    expect(await joined).toEqual([true, true, true])
    expect([await node.join(), await node.join(0), await node.join(5)]).toEqual([true, true, true])
  })

  it('runs the onStop hooks of its actors when it is terminated, children first', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'troupe-'))
    const file = join(folder, 'log')
    await writeFile(file, '')
    await using system = testSystem()
    const node = await system.start(make())
    await system.spawn(far(Hooked), [file, 50], { on: node }).ready
    await node.terminate()
    expect(await readFile(file, 'utf8')).toBe('child shutdown\nparent shutdown\n')
    await rm(folder, { recursive: true })
  })

  it('is ended once, however often it is asked to', async () => {
    await using system = testSystem()
    const node = await system.start(make())
    await Promise.all([node.terminate(), node.terminate({ grace: 4_000 }), node.close(), node[Symbol.asyncDispose]()])
    expect(await node.exited).toEqual({ kind: 'shutdown' })
    node.kill()
    expect(node.exitCode).toBe(0)
  })

  it('ends with its system', async () => {
    const system = testSystem()
    const node = await system.start(make())
    await system.shutdown()
    expect(node.alive).toBe(false)
    expect(node.exitCode).toBe(0)
  })
})

describe('a thread', () => {
  it('shares our environment when told to', async () => {
    await using system = testSystem()
    const node = await system.start(thread({ env: SHARE_ENV }))
    await system.spawn(far(Where), [], { on: node }).ask('setEnv', 'TROUPE_TEST_SHARED', 'yes')
    expect(process.env['TROUPE_TEST_SHARED']).toBe('yes')
    delete process.env['TROUPE_TEST_SHARED']
  })
})

describe('a child process', () => {
  it('runs in the folder that it is given', async () => {
    const folder = await realpath(tmpdir())
    await using system = testSystem()
    const node = await system.start(childProcess({ cwd: folder }))
    expect(await system.spawn(far(Where), [], { on: node }).ask('cwd')).toBe(folder)
  })

  it('hands out the streams that are piped', async () => {
    await using system = testSystem()
    const node = await system.start(childProcess({ stdio: ['ignore', 'pipe', 'ignore'] }))
    expect([node.stdin, node.stderr]).toEqual([null, null])
    const output = node.stdout === null ? '' : text(node.stdout)
    await system.spawn(far(Where), [], { on: node }).ask('print', 'line', 3_000)
    await node.terminate()
    const lines = (await output).split('\n')
    expect([lines.length, lines[0], lines[2_999]]).toEqual([3_001, 'line 0', 'line 2999'])
  })
})
