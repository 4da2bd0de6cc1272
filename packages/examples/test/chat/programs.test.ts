import { readFile } from 'node:fs/promises'
import { join as pathTo } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { NO_BROWSER, openPage } from '../../../../scripts/browser.ts'
import { build } from '../../../../scripts/lib/prepare.mjs'
import { liveProgram } from './live-program.ts'
import type { LiveProgram } from './live-program.ts'

/** Milliseconds that a browser may take on a machine that has other things to do. */
const PATIENCE = 60_000
const TROUPE_SECRET = 'sesame-open-the-door'

/** The built programs and their page, as users have them. */
const CHAT = fileURLToPath(new URL('../../dist/chat', import.meta.url))

beforeAll(() => build(), 240_000)

function start(program: 'serve' | 'join', args: readonly string[], secret = TROUPE_SECRET): LiveProgram {
  return liveProgram(pathTo(CHAT, `${program}.js`), args, { TROUPE_SECRET: secret })
}

/** Starts it, and waits for its end. */
async function run(
  program: 'serve' | 'join',
  args: readonly string[],
  secret?: string,
): Promise<{ code: number | null; output: string }> {
  await using running = start(program, args, secret)
  return { code: await running.ended, output: running.output }
}

async function serve(port = 0): Promise<{ server: LiveProgram; address: string }> {
  const server = start('serve', ['--port', String(port)])
  const [, address = ''] = await server.prints(/chat\/join (ws:\S+)\n/)
  return { server, address }
}

async function join(address: string, name: string): Promise<LiveProgram> {
  const program = start('join', [address, '--name', name])
  await program.prints(/^\* connected, in hall with /m)
  return program
}

describe('chat', () => {
  it('lets two terminals talk, and tells who comes, leaves and is lost', async () => {
    const { server, address } = await serve()
    await using _server = server
    await using ada = await join(address, 'Ada')
    await using bob = await join(address, 'Bob')
    await ada.prints(/^\* Bob came$/m)
    bob.type('hello')
    await ada.prints(/^Bob: hello$/m)
    await bob.prints(/^Bob: hello$/m)
    ada.type('hello to you')
    await bob.prints(/^Ada: hello to you$/m)

    await using eve = await join(address, 'Eve')
    await ada.prints(/^\* Eve came$/m)
    expect(eve.output).toMatch(/^Bob: hello\nAda: hello to you$/m) // what was said before
    eve.signal('SIGKILL')
    await ada.prints(/^\* Eve is gone: disconnected/m)
    await bob.prints(/^\* Eve is gone: disconnected/m)
    ada.type('/members')
    await ada.prints(/^\* Ada, Bob$/m)

    bob.type('\u001B[2Jlook \u0007here')
    await ada.prints(/^Bob: {2}\[2Jlook {2}here$/m)
    bob.signal('SIGINT')
    await ada.prints(/^\* Bob left$/m)
    expect(await bob.ended).toBe(130)
    ada.type('/leave')
    expect(await ada.ended).toBe(0)
    server.signal('SIGINT')
    expect(await server.ended).toBe(130)
    for (const { output } of [server, ada, bob, eve]) {
      expect(output).not.toContain(TROUPE_SECRET)
      expect(output).not.toContain('\u001B')
    }
  })

  it('says all of its input before it leaves', async () => {
    const { server, address } = await serve()
    await using _server = server
    await using ada = await join(address, 'Ada')
    await using pipe = start('join', [address, '--name', 'Pipe'])
    for (const line of ['one', 'two', 'three']) pipe.type(line)
    pipe.close()
    await ada.prints(/^\* Pipe came\nPipe: one\nPipe: two\nPipe: three\n\* Pipe left$/m)
    expect(await pipe.ended).toBe(0)
  })

  it('takes its people back when the server was killed and came again', async () => {
    const { server, address } = await serve()
    await using ada = await join(address, 'Ada')
    await using bob = await join(address, 'Bob')
    server.signal('SIGKILL')
    await server.ended
    await ada.prints(/^\* lost: /m)
    const again = await serve(Number(new URL(address).port))
    await using _server = again.server
    await ada.prints(/^\* connected again, in hall with /m)
    await bob.prints(/^\* connected again, in hall with /m)
    bob.type('here we are')
    await ada.prints(/^Bob: here we are$/m)
  })

  it('refuses a name that is taken, and a wrong password', async () => {
    const { server, address } = await serve()
    await using _server = server
    await using _ada = await join(address, 'Ada')
    expect(await run('join', [address, '--name', 'Ada'])).toEqual({ code: 1, output: 'chat: somebody else is Ada\n' })
    const wrong = await run('join', [address], 'a-guess-of-16-chars')
    expect(wrong).toMatchObject({ code: 1, output: expect.stringMatching(/^chat: .*secret/) })
  })

  it('has one server for the links and for the page, which is built without anything of Node', async () => {
    const { server, address } = await serve()
    await using _server = server
    const get = async (path: string): Promise<{ status: number; headers: Headers; text: string }> => {
      const response = await fetch(`http://${new URL(address).host}${path}`)
      return { status: response.status, headers: response.headers, text: await response.text() }
    }
    const index = await get('/')
    expect(index.headers.get('content-security-policy')).toContain("default-src 'self'")
    const [, path = ''] = /<script[^>]* src="\.(\/[^"]+)"/.exec(index.text) ?? []
    const script = await get(path)
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(script.text === (await readFile(pathTo(CHAT, 'page', path), 'utf8'))).toBe(true)
    expect(await get('/..%2fserve.js')).toMatchObject({ status: 404, text: 'not found' })
    expect(/(from|import\() ?["']node:|browser-external/.exec(script.text)).toBe(null) // what Vite would leave of such an import
  })

  it.skipIf(NO_BROWSER !== null)(
    'has a page that says what is wrong, and talks with terminals',
    { timeout: PATIENCE },
    async () => {
      const { server, address } = await serve()
      await using _server = server
      await using ada = await join(address, 'Ada')
      await using open = await openPage(`http://${new URL(address).host}/`)
      const { page, problems } = open
      await page.fill('#name', 'Bob')
      await page.fill('#password', 'a-guess-of-16-chars')
      await page.click('#enter-button')
      await page.getByText('did not prove that it knows the secret').waitFor()
      await page.fill('#password', TROUPE_SECRET)
      await page.click('#enter-button')
      await ada.prints(/^\* Bob came$/m)
      ada.type('<b>hello</b>, Bob')
      await page.getByText('<b>hello</b>, Bob').waitFor()
      await page.fill('#text', 'hello, Ada')
      await page.press('#text', 'Enter')
      await ada.prints(/^Bob: hello, Ada$/m)
      await page.getByText('hall (2)').waitFor() // of the list of rooms
      ada.signal('SIGKILL')
      await page.getByText('Ada is gone: disconnected').waitFor()
      expect(await page.locator('#members li').allTextContents()).toEqual(['Bob'])
      await using eve = await join(address, 'Eve')
      await page.click('#leave')
      await eve.prints(/^\* Bob left$/m)
      await page.locator('#enter').waitFor()
      expect(problems).toEqual([])
    },
  )

  it.concurrent.each([
    ['serve', [], 'short', 'TROUPE_SECRET has 5 characters'],
    ['serve', ['--port', 'x'], TROUPE_SECRET, '--port is x'],
    ['join', [], TROUPE_SECRET, 'one address is expected, not 0'],
    ['join', ['http://far'], TROUPE_SECRET, 'ws://'],
    ['join', ['ws://far.example'], TROUPE_SECRET, 'wss://'],
    ['join', ['ws://127.0.0.1:1'], '', 'TROUPE_SECRET is not set'],
  ] as const)('%s %j with the secret "%s" is wrong usage', async (program, args, secret, sentence) => {
    const { code, output } = await run(program, args, secret)
    expect(output).toContain(sentence)
    expect(output).toContain('Try --help.')
    expect(code).toBe(2)
  })

  it.concurrent.each(['serve', 'join'] as const)('%s has help', async (program) => {
    expect(await run(program, ['--help'])).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^usage: TROUPE_SECRET=… chat\//),
    })
  })
})
