import { isTroupeError, type NodeDefinition } from '@troupe/core'
import { describe, expect, it } from 'vitest'
import type { WorkerNode } from '../../src/index.ts'
import { Prepared } from '../fixtures/initializers.ts'
import { testSystem } from '../support.ts'
import { childProcess, far, initializer, kinds, thread } from '../workers.ts'

/** What a failed start was caused by; the system has no worker left. */
async function failureOf(definition: NodeDefinition<WorkerNode>): Promise<Error> {
  await using system = testSystem()
  const thrown: unknown = await system.start(definition).catch((error: unknown) => error)
  expect(isTroupeError(thrown, 'TROUPE_START_FAILED')).toBe(true)
  expect(system.inspect().children).toEqual([])
  return (thrown as Error).cause as Error
}

describe.each(kinds)('the start of a %s', (kind, make) => {
  it('runs initialize before it is ready, once', async () => {
    await using system = testSystem()
    const node = await system.start(make({ initialize: initializer('prepare') }))
    expect(await system.spawn(far(Prepared), [], { on: node }).ask('calls')).toBe(1)
  })

  it.each([
    ['throws', 'fail', /^no license$/],
    ['exits', 'exit', /^(thread|process)-\d+ ended before it was ready: exit \(code 3\)$/],
  ])('fails when initialize %s', async (_, name, message) => {
    const cause = await failureOf(make({ initialize: initializer(name) }))
    expect(cause.message).toMatch(message)
    if (name === 'fail') expect(cause).toBeInstanceOf(RangeError)
  })

  it('fails when it takes too long, and ends the worker', async () => {
    const cause = await failureOf(make({ initialize: initializer('never'), startTimeout: 1_500 }))
    expect(cause.message).toMatch(/^(thread|process)-\d+ was not ready within 1500 ms \(startTimeout\), and was ended$/)
  })

  it('fails when Node knows no such flag', async () => {
    const options = { execArgv: ['--no-such-flag'], stdio: 'ignore' } as const
    const cause = await failureOf(make(options))
    expect(cause.message).toMatch(
      kind === 'thread' ? /invalid execArgv flags: --no-such-flag/ : /before it was ready: exit \(code 9\)/,
    )
  })

  it('fails when the bootstrap is not there', async () => {
    const options = { bootstrap: new URL('nowhere.js', import.meta.url), stdio: 'ignore' } as const
    const cause = await failureOf(make(options))
    expect(cause.message).toMatch(kind === 'thread' ? /Cannot find module.*nowhere\.js/ : /before it was ready: exit \(code 1\)/)
  })
})

describe('the start of a thread', () => {
  it.each([
    ['is not there', 'nothing'],
    ['is no function', 'notAFunction'],
  ])('fails when initialize %s', async (_, name) => {
    const cause = await failureOf(thread({ initialize: initializer(name) }))
    expect(cause.message).toBe(`initialize: ${initializer(name).module} exports no function "${name}"`)
  })

  it('fails when the module of initialize is not there', async () => {
    const cause = await failureOf(
      thread({ initialize: { ...initializer('prepare'), module: new URL('nothing.js', import.meta.url).href } }),
    )
    expect(cause).toMatchObject({ code: 'ERR_MODULE_NOT_FOUND' })
  })
})

describe('the start of a child process', () => {
  it('fails when its working directory is not there', async () => {
    const cause = await failureOf(childProcess({ cwd: '/no/such/folder' }))
    expect(cause).toMatchObject({ code: 'ENOENT' })
  })
})
