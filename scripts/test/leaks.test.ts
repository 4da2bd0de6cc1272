/** Plants one leak of each kind in a test file of its own, and expects test-setup.ts to fail that file, and to name the leak. */
import { execFile } from 'node:child_process'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../lib/run.mjs'

const LEAKS: readonly { readonly kind: string; readonly code: string; readonly found: string | undefined }[] = [
  { kind: 'a timer', code: 'setInterval(() => {}, 1_000)', found: '1 × Timeout' },
  { kind: 'a server', code: `(await import('node:net')).createServer().listen(0)`, found: '1 × TCPServerWrap' },
  { kind: 'a listener', code: `process.on('SIGTERM', () => {})`, found: '1 × listener for SIGTERM' },
  {
    kind: 'a thread',
    code: `new (await import('node:worker_threads')).Worker('setInterval(() => {}, 1_000)', { eval: true }).unref()`,
    found: '1 × thread',
  },
  {
    kind: 'a child process',
    code: `(await import('node:child_process')).spawn('sleep', ['4'], { stdio: 'ignore' }).unref()`,
    found: '1 × child process',
  },
  { kind: 'nothing', code: `await new Promise((resolve) => setTimeout(resolve, 1))`, found: undefined },
]

const home = join(root, '.cache', `leaks-${process.pid}`)
const nameOf = (kind: string): string => `${kind.replaceAll(' ', '-')}.test.ts`
let messages: Map<string, string>

beforeAll(async () => {
  await mkdir(home, { recursive: true })
  for (const { kind, code } of LEAKS) {
    await writeFile(
      join(home, nameOf(kind)),
      `import { it } from 'vitest'\n\nit('leaves ${kind}', async () => {\n  ${code}\n})\n`,
    )
  }
  const setup = JSON.stringify(join(root, 'test-setup.ts'))
  const options = `pool: 'forks', maxWorkers: 1, isolate: false, teardownTimeout: 500, setupFiles: [${setup}]`
  await writeFile(join(home, 'vitest.config.ts'), `export default { test: { ${options} } }\n`)
  messages = await messagesOf(home)
}, 60_000)

afterAll(() => rm(home, { recursive: true, force: true }))

describe('the leak check', () => {
  for (const { kind, found } of LEAKS) {
    it(`${found === undefined ? 'passes' : 'fails'} a file that leaves ${kind} behind`, () => {
      const message = messages.get(nameOf(kind))
      if (found === undefined) expect(message).toBe('')
      else expect(message).toContain(`this file's tests left behind: ${found}`)
    })
  }
})

/** What failed in each test file of a folder, by file name. */
async function messagesOf(folder: string): Promise<Map<string, string>> {
  const report = join(folder, 'report.json')
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const args = [vitest, 'run', '--root', folder, '--reporter', 'json', '--outputFile', report]
  const env = { ...process.env, TROUPE_LEAK_GRACE: '300' }
  await new Promise((resolve) => execFile(process.execPath, args, { cwd: folder, env }, resolve))
  const results: { name: string; message: string }[] = JSON.parse(await readFile(report, 'utf8')).testResults
  return new Map(results.map(({ name, message }) => [name.slice(folder.length + 1), message]))
}
