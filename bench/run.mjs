/**
 * `pnpm bench`: installs and builds what is stale, as `npm start` does, compiles the bench itself, and runs it in this process.
 */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, install } from '../scripts/lib/prepare.mjs'
import { root, run, say } from '../scripts/lib/run.mjs'

const folder = join(root, 'bench')

try {
  await install()
  const asksForHelp = process.argv.some((arg) => arg === '--help' || arg === '-h')
  if (!asksForHelp) await build('code')
  const tsup = join(root, 'node_modules/tsup/dist/cli-default.js')
  await run(process.execPath, [tsup], { cwd: folder, quiet: true, what: 'compiling the bench' })
  await import(pathToFileURL(join(folder, 'dist/main.js')).href)
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.exitCode ||= error instanceof Error && 'exitCode' in error ? Number(error.exitCode) : 1
}
