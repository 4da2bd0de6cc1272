import { actor } from '@troupe/core'
import { describe, expect, it } from 'vitest'
import { childProcess, thread } from '../../src/index.ts'
import { testSystem } from '../support.ts'

const fixture = (file: string): string => new URL(`../fixtures/modules/${file}`, import.meta.url).href

/** As a program would import it; only its name and module travel. */
const echo = (module: string) => actor({ name: 'Echo', module, setup: () => ({ where: () => ({ from: 'here' }) }) })

describe.each([
  ['thread', thread],
  ['child process', childProcess],
])('a %s', (_, make) => {
  it('loads actors from modules of every kind, or from their twins', async () => {
    await using system = testSystem()
    const node = await system.start(make())
    const found = async (file: string) => (await system.spawn(echo(fixture(file)), [], { on: node }).ask('where')).from
    for (const extension of ['ts', 'mts', 'cts']) expect(await found(`echo.${extension}`)).toBe(extension)
    for (const extension of ['mjs', 'cjs']) expect(await found(`plain.${extension}`)).toBe(extension)
    expect(await found('echo.js')).toBe('ts')
    expect(await found('echo.ts?again')).toBe('ts')
  })
})

describe('a thread', () => {
  it('starts no actor whose module it cannot or must not load, and lives on', async () => {
    await using system = testSystem()
    const node = await system.start(thread())
    const startOf = (module: string) => system.spawn(echo(module), [], { on: node }).ready
    const failure = (message: string) => ({ code: 'TROUPE_START_FAILED', message: expect.stringContaining(message) as unknown })
    await expect(startOf(fixture('broken.ts'))).rejects.toMatchObject(failure('this module cannot be loaded'))
    await expect(startOf(fixture('nothing.ts'))).rejects.toMatchObject(failure('Cannot find module'))
    for (const module of [
      'node:child_process',
      'data:text/javascript,export const Echo = 1',
      'https://example.org/echo.js',
      './echo.ts',
    ]) {
      await expect(startOf(module)).rejects.toMatchObject(failure('a module is named by its file: URL'))
    }
    expect(node.alive).toBe(true)
  })
})
