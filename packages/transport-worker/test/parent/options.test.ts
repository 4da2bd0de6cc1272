import { SHARE_ENV } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { childProcess, thread } from '../../src/index.ts'

/** Callers may write JavaScript. */
type Loose = (options: unknown) => unknown
const makers: [string, Loose][] = [
  ['thread()', thread as Loose],
  ['childProcess()', childProcess as Loose],
]
const plain = () => {}
const task = Object.assign(function square() {}, { module: import.meta.url })

describe.each(makers)('%s', (who, make) => {
  it.each<[unknown, string]>([
    [7, 'takes an object of options, not 7'],
    [null, 'takes an object of options, not null'],
    [{ name: '' }, 'name takes letters, digits, "_", "-" and ".", not ""'],
    [{ name: 'a/b' }, 'name takes letters, digits, "_", "-" and ".", not "a/b"'],
    [{ name: 7 }, 'name takes letters, digits, "_", "-" and ".", not 7'],
    [{ execArgv: '--x' }, 'execArgv takes an array of strings, not "--x"'],
    [{ execArgv: [1] }, 'execArgv takes an array of strings, not an array of 1'],
    [{ argv: {} }, 'argv takes an array of strings, not an object'],
    [{ daemon: 'yes' }, 'daemon takes true or false, not "yes"'],
    [{ env: 7 }, 'env takes an object of strings'],
    [{ env: { A: 1 } }, 'env takes an object of strings'],
    [{ bootstrap: 'x.js' }, 'bootstrap takes a URL, not "x.js"'],
    [{ startTimeout: '1' }, 'startTimeout takes a number of milliseconds, not "1"'],
    [{ startTimeout: Number.NaN }, 'startTimeout takes a number of milliseconds, not NaN'],
    [{ initialize: plain }, 'initialize runs in the worker, where function plain of this thread is not: take a task'],
    [{ initialize: {} }, 'initialize takes a task, or { module, name } of an exported function, not an object'],
    [{ initialize: { module: 7, name: 'x' } }, 'initialize.module takes a string that is not empty, not 7'],
    [{ initialize: { module: import.meta.url, name: '' } }, 'initialize.name takes a string that is not empty, not ""'],
    [{ initialize: { module: './x.js', name: 'x' } }, 'initialize.module takes a URL, as import.meta.url, not "./x.js"'],
  ])('throws a TypeError for %o', (options, sentence) => {
    expect(() => make(options)).toThrow(TypeError)
    expect(() => make(options)).toThrow(sentence)
    expect(() => make(options)).toThrow(who)
  })

  it.each<[unknown, string]>([
    [{ startTimeout: -1 }, 'startTimeout takes milliseconds from 0 up, not -1'],
    [{ maxFrame: 10 }, 'maxFrame takes bytes from 1024 to 2147483647, not 10'],
    [{ maxFrame: 2 ** 32 }, 'maxFrame takes bytes from 1024 to 2147483647, not 4294967296'],
  ])('throws a RangeError for %o', (options, sentence) => {
    expect(() => make(options)).toThrow(RangeError)
    expect(() => make(options)).toThrow(sentence)
  })

  it('takes what is right', () => {
    const initialize = { module: import.meta.url, name: 'x' }
    const options = {
      name: 'w',
      argv: [],
      execArgv: ['--no-warnings'],
      daemon: true,
      env: { A: 'b', C: undefined },
      startTimeout: Infinity,
    }
    expect(make({ ...options, initialize, bootstrap: new URL(import.meta.url), maxFrame: 1024 })).toMatchObject({
      name: 'w',
      module: undefined,
    })
    expect(make({ initialize: task })).toHaveProperty('launch')
    expect(make({})).toHaveProperty('setup')
  })
})

describe('thread()', () => {
  it('checks its own options', () => {
    expect(() => (thread as Loose)({ resourceLimits: 7 })).toThrow('thread(): resourceLimits takes an object of numbers, not 7')
    expect(() => (thread as Loose)({ resourceLimits: { stackSizeMb: '4' } })).toThrow(
      'resourceLimits.stackSizeMb takes a number of megabytes, not "4"',
    )
    expect(() => (thread as Loose)({ resourceLimits: { maxOldGenerationSizeMb: -1 } })).toThrow(RangeError)
    expect(thread({ env: SHARE_ENV, resourceLimits: { stackSizeMb: 4 } }).name).toBe('thread')
  })
})

describe('childProcess()', () => {
  it('checks its own options', () => {
    const loose = childProcess as Loose
    expect(() => loose({ cwd: 7 })).toThrow('childProcess(): cwd takes a string that is not empty, not 7')
    expect(() => loose({ env: SHARE_ENV })).toThrow('env takes an object of strings, not Symbol(nodejs.worker_threads.SHARE_ENV)')
    expect(() => loose({ stdio: 'console' })).toThrow(
      "stdio takes 'inherit', 'pipe' or 'ignore', or three of them for stdin, stdout and stderr, not \"console\"",
    )
    expect(() => loose({ stdio: ['pipe', 'pipe'] })).toThrow('not an array of 2')
    expect(childProcess({ cwd: new URL('.', import.meta.url), stdio: ['ignore', 'pipe', 'inherit'] }).name).toBe('process')
  })
})
