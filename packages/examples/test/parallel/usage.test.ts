import { readdir } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { runProgram } from '../run-program.ts'

/** The build, a program and its workers, on a machine that has other things to do; in milliseconds. */
const PATIENCE = 120_000

/** Those with tests of their own beside them are not here. */
const PROGRAMS = [
  ...['hello', 'supervised-counter', 'stash-and-machine', 'ask-across', 'responsive/serve'],
  ...(await readdir(new URL('../../src/parallel', import.meta.url)))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `parallel/${file.slice(0, -'.ts'.length)}`),
]

/** As a program calls itself. */
const nameOf = (program: string): string => program.replace(/^parallel\//, '')

describe('the command line', { timeout: PATIENCE }, () => {
  it.each(PROGRAMS)('of %s has help', async (program) => {
    const help = await runProgram(`${program}.ts`, ['--help'])
    expect(help.stdout).toMatch(new RegExp(`^usage: (\\S+=\\S+ )?${nameOf(program)}( |\\n)`))
    expect(help).toMatchObject({ code: 0, stderr: '' })
  })

  // All of them read their options by one function.
  it.each(['hello', 'parallel/ctrl-c'])('of %s refuses what it does not understand', async (program) => {
    const wrong = await runProgram(`${program}.ts`, ['--color'])
    expect(wrong.stderr).toMatch(new RegExp(`^${nameOf(program)}: .*--color[^]*Try --help\\.\\n$`))
    expect(wrong).toMatchObject({ code: 2, stdout: '' })
  })

  it('refuses a number that is none', async () => {
    const { code, stderr } = await runProgram('parallel/producer-consumer.ts', ['--jobs', '-1'])
    expect({ code, stderr: stderr.split('\n')[0] }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/^producer-consumer: .*--jobs/),
    })
    const many = await runProgram('parallel/producer-consumer.ts', ['--jobs', 'many'])
    expect(many).toMatchObject({
      code: 2,
      stderr: 'producer-consumer: --jobs is many, expected a whole number from 1 up\nTry --help.\n',
    })
  })
})
