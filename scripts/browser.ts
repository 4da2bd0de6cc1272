/**
 * A page in a real browser, for tests: Vite builds it from a fixture, a plain HTTP server on the loopback address serves it, and
 * Debian's Chromium opens it through playwright-core. Whoever opens one ends it. Used by packages/x/test/browser.
 */
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { type Server, createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Page, chromium } from 'playwright-core'
import { build, defaultClientConditions } from 'vite'

const CHROMIUM = '/usr/bin/chromium'

/** Why tests in a browser are skipped; null: they run. */
export const NO_BROWSER: string | null = existsSync(CHROMIUM) ? null : `${CHROMIUM} is not installed`

/** Without them Chromium calls its makers at every start. As root it has no sandbox. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' }

/** A folder with a built page. */
export interface BuiltPage extends AsyncDisposable {
  readonly folder: string
  /** All scripts of it, by file name. */
  readonly scripts: ReadonlyMap<string, string>
}

export interface ServedPage extends AsyncDisposable {
  readonly server: Server
  /** `http://127.0.0.1:port` */
  readonly origin: string
  /** Cuts every connection, without a word. */
  cut(): void
}

export interface OpenPage extends AsyncDisposable {
  readonly page: Page
  /** What nobody in the page caught, and what it printed as an error. */
  readonly problems: readonly string[]
}

/** Builds the page of a folder with an index.html, from the packages' sources, as a user's `vite build` would from what is published. */
export async function buildPage(root: URL): Promise<BuiltPage> {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-page-'))
  try {
    await build({
      root: fileURLToPath(root),
      configFile: false,
      envDir: false,
      logLevel: 'silent',
      resolve: { conditions: ['troupe-src', ...defaultClientConditions] },
      worker: { format: 'es' },
      build: { outDir: folder, emptyOutDir: true, minify: false, target: 'es2022', reportCompressedSize: false },
    })
  } finally {
    await stopEsbuild()
  }
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.js'))
  const scripts = await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const))
  return { folder, scripts: new Map(scripts), [Symbol.asyncDispose]: async () => await rm(folder, { recursive: true }) }
}

/** Serves the files of a folder. */
export async function servePage({ folder }: BuiltPage): Promise<ServedPage> {
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://page')
    const name = pathname === '/' ? 'index.html' : pathname.slice(1)
    readFile(join(folder, name)).then(
      (bytes) => response.writeHead(200, { 'Content-Type': TYPES[extname(name)] ?? 'text/plain' }).end(bytes),
      () => response.writeHead(name === 'favicon.ico' ? 204 : 404).end(),
    )
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const cut = (): void => sockets.forEach((socket) => socket.destroy())
  return {
    server,
    origin: `http://127.0.0.1:${port}`,
    cut,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve))
      cut()
      await closed
    },
  }
}

/** Opens a page in a browser of its own, with a new and empty profile. */
export async function openPage(url: string): Promise<OpenPage> {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: FLAGS,
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  })
  const close = async (): Promise<void> => await browser.close()
  try {
    const page = await browser.newPage()
    const problems: string[] = []
    page.on('pageerror', (error) => problems.push(String(error)))
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
    await page.goto(url)
    return { page, problems, [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Vite leaves it running for the next build. */
async function stopEsbuild(): Promise<void> {
  const vite = createRequire(import.meta.url).resolve('vite')
  // Safe: every version that Vite 7 takes has this function.
  const { stop } = createRequire(vite)('esbuild') as { stop(): Promise<void> }
  await stop()
}
