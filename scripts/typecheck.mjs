/**
 * Type checks every project of the workspace: each folder with a tsconfig.json and TypeScript in it, tests included. With the
 * names of folders, only those: `pnpm typecheck packages/core`.
 */
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root, run } from './lib/run.mjs'

const cache = join(root, '.cache/types')
const tsc = join(root, 'node_modules/typescript/bin/tsc')
const asked = process.argv.slice(2)
const wanted = asked.length > 0 ? projects().filter((path) => asked.some((name) => path.startsWith(name))) : projects()

mkdirSync(cache, { recursive: true })
/** @type {string[]} */
const failed = []
const lane = async () => {
  for (let next = wanted.shift(); next !== undefined; next = wanted.shift()) {
    const info = join(cache, `${next.replaceAll(/\W/g, '-')}.tsbuildinfo`)
    const args = [tsc, '-p', next, '--incremental', '--tsBuildInfoFile', info]
    const code = await run(process.execPath, args, { quiet: true, rejects: false })
    if (code !== 0) failed.push(next)
  }
}
await Promise.all([lane(), lane()])
if (failed.length > 0) {
  console.error(`type errors in ${failed.join(', ')}`)
  process.exitCode = 1
}

/** The folders that are a project. The root's covers the configuration and scripts/. */
function projects() {
  const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}`)
  const folders = [...packages, ...packages.map((folder) => `${folder}/test`), 'bench']
  return ['.', ...folders.filter((folder) => existsSync(join(root, folder, 'tsconfig.json')) && hasCode(folder))]
}

/** @param {string} folder */
function hasCode(folder) {
  const names = ['src', 'test', ''].flatMap((part) => {
    const path = join(root, folder, part)
    return existsSync(path) ? readdirSync(path, { recursive: part !== '', encoding: 'utf8' }) : []
  })
  return names.some((name) => name.endsWith('.ts') && !name.endsWith('tsup.config.ts'))
}
