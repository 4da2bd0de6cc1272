/**
 * Installs and builds, each only when its input changed since it last succeeded: a stamp keeps the hash of that input. One
 * process at a time does so; others wait for it. Used by x.mjs, check.mjs and matrix.mjs.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { root, run, say } from './run.mjs'

/** pnpm, never assumed to be installed. */
export const PNPM = 'pnpm@10.34.9'

const cache = join(root, '.cache')
const SHARED = ['pnpm-lock.yaml', 'tsconfig.base.json', 'tsup.base.ts']
const OWN = ['package.json', 'tsconfig.json', 'tsup.config.ts']

/** Installs the dependencies that the lockfile names, unless that is what stands in node_modules. */
export async function install() {
  const stamp = join(root, 'node_modules/.troupe-installed')
  const wanted = hash([join(root, 'pnpm-lock.yaml'), join(root, 'pnpm-workspace.yaml')], process.version)
  if (fresh(stamp, wanted)) return
  await alone(async () => {
    if (fresh(stamp, wanted)) return
    say('installing dependencies, once')
    const options = ['--frozen-lockfile', '--reporter=append-only', '--config.confirmModulesPurge=false']
    await run('npx', ['--yes', PNPM, 'install', ...options], { quiet: true, what: 'pnpm install', env: { CI: 'true' } })
    writeFileSync(stamp, wanted)
  })
}

/**
 * Builds the packages whose sources changed. Declarations are isolated, so no package waits for another. `what`: programs run
 * without the declarations, which take four fifths of the time.
 * @param {'all' | 'code'} [what]
 */
export async function build(what = 'all') {
  if (stale(what).length === 0) return
  await alone(async () => {
    const packages = stale(what)
    if (packages.length > 0) say(`building ${packages.map(({ name }) => name).join(', ')}`)
    mkdirSync(join(cache, 'built'), { recursive: true })
    const tsup = join(root, 'node_modules/tsup/dist/cli-default.js')
    const lane = async () => {
      for (let next = packages.shift(); next; next = packages.shift()) {
        rmSync(next.stamp, { force: true })
        const env = { TROUPE_BUILD: what }
        await run(process.execPath, [tsup], { cwd: next.folder, quiet: true, what: `building ${next.name}`, env })
        writeFileSync(next.stamp, `${next.wanted} ${what}`)
      }
    }
    const lanes = await Promise.allSettled([lane(), lane()])
    for (const end of lanes) if (end.status === 'rejected') throw end.reason
  })
}

/** @param {'all' | 'code'} what */
function stale(what) {
  return readdirSync(join(root, 'packages'))
    .map((name) => ({ name, folder: join(root, 'packages', name), stamp: join(cache, 'built', name) }))
    .filter(({ folder }) => existsSync(join(folder, 'tsup.config.ts')) && sources(folder).length > 0)
    .map((one) => ({ ...one, wanted: hash(inputs(one.folder), '') }))
    .filter(
      ({ folder, stamp, wanted }) =>
        !existsSync(join(folder, 'dist')) ||
        !(fresh(stamp, `${wanted} all`) || (what === 'code' && fresh(stamp, `${wanted} code`))),
    )
}

/** @param {string} folder */
function inputs(folder) {
  return [...SHARED.map((name) => join(root, name)), ...OWN.map((name) => join(folder, name)), ...sources(folder)]
}

/** @param {string} folder */
function sources(folder) {
  const src = join(folder, 'src')
  if (!existsSync(src)) return []
  const names = readdirSync(src, { recursive: true, encoding: 'utf8' })
  return names
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(src, name))
    .sort()
}

/** @param {readonly string[]} files @param {string} salt */
function hash(files, salt) {
  const digest = createHash('sha256').update(salt)
  for (const file of files) digest.update(`\0${file}\0`).update(existsSync(file) ? readFileSync(file) : '')
  return digest.digest('hex')
}

/** @param {string} stamp @param {string} wanted */
function fresh(stamp, wanted) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted
}

/** Runs `work` while no other process of this workspace does. @param {() => Promise<void>} work */
async function alone(work) {
  const lock = join(cache, 'lock')
  mkdirSync(cache, { recursive: true })
  for (let told = false; !take(lock); told = true) {
    if (!told) say('waiting for another process that installs or builds')
    await sleep(200)
  }
  const release = () => rmSync(lock, { force: true })
  process.once('exit', release)
  try {
    await work()
  } finally {
    process.off('exit', release)
    release()
  }
}

/** Takes the lock file, also from an owner that is gone. @param {string} lock */
function take(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    if (!alive(lock)) rmSync(lock, { force: true })
    return false
  }
}

/** @param {string} lock */
function alive(lock) {
  try {
    const pid = Number(readFileSync(lock, 'utf8'))
    return pid === 0 || process.kill(pid, 0) // 0: its owner is about to write the number
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
