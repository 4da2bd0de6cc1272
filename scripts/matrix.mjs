/**
 * Runs the tests on other runtimes than this Node: `node scripts/matrix.mjs 22 24 26 bun deno`. A number is a major version of
 * Node, and runs vitest; bun and deno, which vitest does not run on, run smoke/main.mjs. With `--smoke`, all run only that. The runtimes
 * are npm's platform packages, kept in .cache/runtimes. The last line is "N passed, N failed", a runtime each.
 */
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { build, install } from './lib/prepare.mjs'
import { root, run, say } from './lib/run.mjs'

const smokeOnly = process.argv.includes('--smoke')
const asked = process.argv.slice(2).filter((word) => !word.startsWith('-'))
const platform = `${process.platform}-${process.arch}`
const runtimes = join(root, '.cache/runtimes')
const smoke = join(root, 'scripts/smoke/main.mjs')
const vitest = join(root, 'node_modules/vitest/vitest.mjs')
/** Where the packages keep their binary. */
const BINARIES = ['bin/node', 'bin/bun', 'deno', 'bin/deno']
const count = { passed: 0, failed: 0 }

const wrong = asked.filter((name) => !/^(\d+|bun|deno)$/.test(name))
if (asked.length === 0 || wrong.length > 0) {
  console.error(
    `usage: node scripts/matrix.mjs [--smoke] 22 24 26 bun deno${wrong.length > 0 ? ` (what is ${wrong.join(', ')}?)` : ''}`,
  )
  process.exitCode = 2
} else {
  await install()
  await build()
  for (const name of asked) await test(name)
  console.log(`${count.passed} passed, ${count.failed} failed`)
  process.exitCode = count.failed > 0 ? 1 : 0
}

/** @param {string} name */
async function test(name) {
  const failure = await attempt(name).then(() => undefined, String)
  count[failure === undefined ? 'passed' : 'failed'] += 1
  console.log(failure === undefined ? `ok    ${name}` : `FAIL  ${name}: ${failure}`)
}

/** @param {string} name */
async function attempt(name) {
  const binary = await fetchRuntime(name)
  // First on PATH, for tests that start `node` by name.
  const env = { PATH: [dirname(binary), process.env['PATH']].join(delimiter) }
  if (name === 'deno') await run(binary, ['run', '--allow-all', '--no-lock', smoke], { env, what: name })
  else if (name === 'bun' || smokeOnly) await run(binary, [smoke], { env, what: name })
  else await run(binary, [vitest, 'run', '--reporter=dot'], { env, what: `node ${name}` })
}

/** The runtime's own binary: npm's .bin shim would leave its child behind on SIGTERM. @param {string} name */
async function fetchRuntime(name) {
  const folder = join(runtimes, name)
  const found = () => BINARIES.map((path) => join(folder, 'node_modules', packageOf(name), path)).find((path) => existsSync(path))
  if (found() === undefined) {
    say(`fetching ${name}`)
    mkdirSync(folder, { recursive: true })
    const version = /^\d+$/.test(name) ? `@${name}` : ''
    const options = ['--prefix', folder, '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--engine-strict=false']
    await run('npm', ['install', ...options, packageOf(name) + version], {
      cwd: folder,
      quiet: true,
      what: `npm install ${name}`,
    })
  }
  const binary = found()
  if (binary === undefined) throw new Error(`no binary in ${folder}: ${readdirSync(folder).join(', ')}`)
  return binary
}

/** @param {string} name */
function packageOf(name) {
  if (name === 'bun') return `@oven/bun-${platform.replace('arm64', 'aarch64')}`
  if (name === 'deno') return `@deno/${platform}${process.platform === 'linux' ? '-glibc' : ''}`
  return `node-${platform}`
}
