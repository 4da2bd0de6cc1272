import { readdir } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { runProgram } from '../run-program.ts'

/** The build, a program and its workers, on a machine that has other things to do; in milliseconds. */
const PATIENCE = 120_000

/** Every program of src/parallel. */
const PROGRAMS = (await readdir(new URL('../../src/parallel', import.meta.url)))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length))

describe('the command line', { timeout: PATIENCE }, () => {
  it.each(PROGRAMS)('of %s has help', async (program) => {
    const help = await runProgram(`parallel/${program}.ts`, ['--help'])
    expect(help.stdout).toMatch(new RegExp(`^usage: (\\S+ )?${program}( |\\n)`))
    expect(help).toMatchObject({ code: 0, stderr: '' })
  })

  // All of them read their options by one function.
  it.each(PROGRAMS.slice(0, 2))('of %s refuses what it does not understand', async (program) => {
    const wrong = await runProgram(`parallel/${program}.ts`, ['--color'])
    expect(wrong.stderr).toMatch(new RegExp(`^${program}: .*--color[^]*Try --help\\.\\n$`))
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
