/**
 * Everything that holds besides the tests: types, lint, floors, format, packed packages, API reports, sizes, unused code. Runs all
 * of it, or the checks that it is given: `pnpm check lint floors`. The last line is "N passed, N failed".
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build, install, PNPM } from './lib/prepare.mjs'
import { root, run } from './lib/run.mjs'

const packed = join(root, '.cache/packed')
const scripts = join(root, 'scripts')
/** @param {string} name */
const bin = (name) => join(scripts, 'node_modules/.bin', name)
/** @param {string} command @param {readonly string[]} args @param {{ cwd?: string }} [options] */
const quietly = (command, args, options = {}) => run(command, args, { ...options, quiet: true, what: basename(command) })
/** @param {string} script @param {string[]} args */
const node = (script, ...args) => quietly(process.execPath, [join(scripts, script), ...args])

/** Two lanes, for two cores: the left one needs the built packages, the right one reads sources. */
const LANES = [
  {
    build: () => build(),
    pack: async () => {
      rmSync(packed, { recursive: true, force: true })
      mkdirSync(packed, { recursive: true })
      const filters = ['--filter', './packages/*', '--filter', '!@troupe/examples']
      await quietly('npx', ['--yes', PNPM, '-r', ...filters, 'pack', '--pack-destination', packed])
    },
    publint: () => eachPacked((file) => quietly(bin('publint'), ['run', file, '--strict'])),
    attw: () => eachPacked((file) => quietly(bin('attw'), [file, '--profile', 'esm-only', '--no-color'])),
    instances: () => node('one-instance.mjs'),
    api: () => node('api.mjs', '--check'),
    size: () => quietly(bin('size-limit'), [], { cwd: scripts }),
  },
  {
    types: () => node('typecheck.mjs'),
    lint: () => quietly(join(root, 'node_modules/.bin/oxlint'), ['--type-aware', '--deny-warnings']),
    floors: () => quietly(bin('depcruise'), ['--config', '.dependency-cruiser.mjs', 'packages', 'bench', 'scripts']),
    format: () => quietly(join(root, 'node_modules/.bin/prettier'), ['--check', '--log-level', 'warn', '.']),
    unused: () => quietly(bin('knip'), ['--no-progress', '--no-config-hints']),
  },
]

const asked = process.argv.slice(2)
const names = LANES.flatMap((lane) => Object.keys(lane))
const unknown = asked.filter((name) => !names.includes(name))
const count = { passed: 0, failed: 0 }

if (unknown.length > 0) {
  console.error(`check: there is no ${unknown.join(', ')}. There are: ${names.join(', ')}`)
  process.exitCode = 2
} else {
  await install()
  await Promise.all(LANES.map(walk))
  console.log(`${count.passed} passed, ${count.failed} failed`)
  process.exitCode = count.failed > 0 ? 1 : 0
}

/** @param {Record<string, () => Promise<unknown>>} lane */
async function walk(lane) {
  for (const [name, check] of Object.entries(lane)) {
    if (asked.length > 0 && !asked.includes(name)) continue
    const start = performance.now()
    const failure = await check().then(() => undefined, String)
    count[failure === undefined ? 'passed' : 'failed'] += 1
    const seconds = ((performance.now() - start) / 1_000).toFixed(1)
    console.log(failure === undefined ? `ok    ${name} (${seconds} s)` : `FAIL  ${name} (${seconds} s): ${failure}`)
  }
}

/** @param {(file: string) => Promise<unknown>} check */
async function eachPacked(check) {
  const files = readdirSync(packed).filter((name) => name.endsWith('.tgz'))
  if (files.length === 0) throw new Error('nothing is packed')
  for (const file of files) await check(join(packed, file))
}
