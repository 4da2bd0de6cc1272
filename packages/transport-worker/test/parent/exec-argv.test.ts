import { describe, expect, it } from 'vitest'
import { inheritedByProcess, inheritedByThread, listedForThread } from '../../src/parent/exec-argv.ts'

const kept = [
  '--conditions=troupe-src',
  '-C',
  'other',
  '--enable-source-maps',
  '--import',
  'file:///tsx/dist/loader.mjs',
  '-r',
  './x.cjs',
]
const processWide = ['--max-old-space-size=100', '--expose-gc', '--stack-size', '500', '--title=x']

describe('flags of a child process', () => {
  it.each<[string, string[]]>([
    ['code', ['-e', '1 + 1', '--input-type=module']],
    ['code to print', ['-p', 'x']],
    ['code in one word', ['--eval=1']],
    ['the debugger', ['--inspect', '--inspect-brk=0', '--inspect-port', '9229', '--inspect-wait']],
    ['the watcher', ['--watch', '--watch-path', './src', '--watch-preserve-output']],
    ['the test runner', ['--test', '--test-reporter', 'spec', '--test-name-pattern=x', '--experimental-test-coverage']],
    ['standard input', ['-']],
    ['interaction', ['-i']],
  ])('leave out %s', (_, flags) => {
    expect(inheritedByProcess([...kept, ...flags, ...processWide])).toEqual([...kept, ...processWide])
  })

  it('are all others, in order', () => {
    expect(inheritedByProcess([...kept, ...processWide])).toEqual([...kept, ...processWide])
  })
})

describe('flags of a thread', () => {
  it('are not listed when it can have all of its parent', () => {
    expect(inheritedByThread([...processWide, ...kept])).toBeUndefined()
    expect(inheritedByThread([])).toBeUndefined()
  })

  it('are those that a thread can have, when some have to be left out', () => {
    expect(inheritedByThread([...processWide, '--inspect', ...kept, '-e', 'x'])).toEqual(kept)
  })

  it('are those that a thread can have, when its own are added', () => {
    expect(listedForThread([...processWide, ...kept])).toEqual(kept)
  })
})
