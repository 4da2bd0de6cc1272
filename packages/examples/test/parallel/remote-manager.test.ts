import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Ended, runProgram } from '../run-program.ts'

/** The build and the programs, on a machine that has other things to do; in milliseconds. */
const PATIENCE = 120_000
const TROUPE_SECRET = randomBytes(24).toString('base64url')

/** Runs `manager-serve` until `work` with its address is done, then ends it with a real SIGINT. */
async function serving(work: (url: string) => Promise<void>): Promise<Ended> {
  let resolve: (value: { readonly url: string; end(): void }) => void = () => undefined
  const listening = new Promise<{ readonly url: string; end(): void }>((resolves) => (resolve = resolves))
  const server = runProgram(
    'parallel/manager-serve.ts',
    [],
    (stdout, child) => {
      const [, url] = /^serving at (\S+)\n/m.exec(stdout) ?? []
      if (url !== undefined) resolve({ url, end: () => void child.kill('SIGINT') })
    },
    { TROUPE_SECRET },
  )
  const { url, end } = await listening
  try {
    await work(url)
  } finally {
    end()
  }
  return await server
}

const use = (args: readonly string[], secret = TROUPE_SECRET): Promise<Ended> =>
  runProgram('parallel/manager-use.ts', args, undefined, { TROUPE_SECRET: secret })

describe('manager-serve and manager-use', { timeout: PATIENCE }, () => {
  it('share objects between programs that know the secret, and only their declared methods', async () => {
    const server = await serving(async (url) => {
      for (const [visit, balance] of [
        [1, 5],
        [2, 10],
      ]) {
        const { code, stdout, stderr } = await use(['--url', url])
        expect(stdout.split('\n')).toEqual([
          `visit number ${visit}`,
          `Ada has ${balance}`,
          'RangeError: a deposit of -1',
          'MethodNotExposedError: Account exposes no method "seize": it has deposit, balance',
          '',
        ])
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      }
      const wrong = await use(['--url', url], 'a guess of enough characters')
      expect(wrong).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('[TROUPE_AUTHENTICATION]') })
    })
    expect(server.stdout).toMatch(/^teller-\d+ is up\nteller-\d+ is down$/m)
    expect(server.stdout + server.stderr).not.toContain(TROUPE_SECRET)
    expect(server).toMatchObject({ code: 130, stderr: '' })
  })

  it.each([
    ['a URL that is none', ['--url', 'http://far'], TROUPE_SECRET, 'manager-use: wsConnector(): url takes ws:// or wss://'],
    ['no secret', ['--url', 'ws://127.0.0.1:1'], '', 'manager-use: TROUPE_SECRET is not set'],
  ])('refuse %s', async (_, args, secret, sentence) => {
    const { code, stderr } = await use(args, secret)
    expect(stderr).toContain(sentence)
    expect(code).toBe(2)
  })
})
