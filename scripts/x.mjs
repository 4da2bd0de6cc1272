#!/usr/bin/env node
/**
 * The way in: `npm start` and `npm test` call this, on a machine that has Node and npm and nothing else. It installs what is
 * missing, builds what is stale, then runs. What it does itself, it tells on stderr; stdout belongs to the program.
 *
 * package.json says `exec node …`: npm signals the shell that it starts, and a shell in between would die of a SIGTERM that we never
 * see, or wait out a SIGINT. Where there is no exec (Windows), call `node scripts/x.mjs test`.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, install } from './lib/prepare.mjs'
import { root, run, say } from './lib/run.mjs'

const HELP = `usage: npm start [-- args]     run the word count example, with these arguments
       npm test [-- args]      run the tests, with these arguments for vitest: a file name, -t 'name of a test', --watch
       node scripts/x.mjs start | test | build | install [args]

Each installs and builds first, when something changed since the last time. Nothing is needed but Node 20.19 or later.`

const [command = 'help', ...args] = process.argv.slice(2)
const commands = { start, test, build: prepare, install, help }
const chosen = Object.entries(commands).find(([name]) => name === command)?.[1]

if (chosen === undefined && command !== '--help' && command !== '-h') {
  console.error(`x: there is no command "${command}"\n\n${HELP}`)
  process.exitCode = 2
} else {
  await (chosen ?? help)().catch((error) => {
    say(error instanceof Error ? error.message : String(error))
    process.exitCode ||= Number(error?.exitCode ?? 1)
  })
}

async function help() {
  console.log(HELP)
}

async function prepare() {
  await install()
  await build()
}

/** The example takes this process over, so that signals, exit code and terminal are its own. */
async function start() {
  await install()
  await build('code')
  const main = join(root, 'packages/examples/dist/wordcount/main.js')
  if (!existsSync(main)) throw new Error(`nothing to start: ${main} does not exist`)
  process.argv = [process.execPath, main, ...args]
  deliverSignalsOnce()
  await import(pathToFileURL(main).href)
}

async function test() {
  const counts = join(root, '.cache', `counts-${process.pid}.json`)
  let code = 1
  let line = '0 passed, 1 failed'
  try {
    await prepare()
    mkdirSync(join(root, '.cache'), { recursive: true })
    const vitest = join(root, 'node_modules/vitest/vitest.mjs')
    const watch = args.some((arg) => /^(-w|--watch|watch|--ui)$/.test(arg))
    const mode = watch ? [] : ['run']
    const options = { env: { TROUPE_COUNTS: counts }, rejects: false, group: !watch }
    code = await run(process.execPath, [vitest, ...mode, ...args], options)
    if (existsSync(counts)) line = JSON.parse(readFileSync(counts, 'utf8')).line
  } catch (error) {
    say(error instanceof Error ? error.message : String(error))
  }
  rmSync(counts, { force: true })
  process.exitCode = code
  console.log(line)
}

/** On Ctrl-C the terminal signals the whole group, and npm repeats the signal to us: programs count signals, so drop the echo. */
function deliverSignalsOnce() {
  const ECHO = 100
  const last = new Map()
  const emit = process.emit
  process.emit = function (/** @type {any} */ name, /** @type {any[]} */ ...rest) {
    if (name === 'SIGINT' || name === 'SIGTERM') {
      const now = performance.now()
      const echo = now - (last.get(name) ?? -Infinity) < ECHO
      last.set(name, now)
      if (echo) return true
    }
    return Reflect.apply(emit, process, [name, ...rest])
  }
}
