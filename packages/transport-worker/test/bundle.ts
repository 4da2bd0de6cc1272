/**
 * The workers' side of the tests as a bundler would build it, from source: the bootstrap, the fixtures and the programs, which
 * share one copy of core. A worker starts from it several times faster than through tsx. Tests that are about TypeScript, and
 * the promises in test/semantics, run from source itself.
 */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** The part of esbuild's API that is used here. */
interface Esbuild {
  build(options: object): Promise<unknown>
  /** Ends its process. */
  stop(): Promise<void>
}

export interface Bundle extends AsyncDisposable {
  readonly bootstrap: URL
  /** The URL of a bundled module, by its own URL. */
  moduleOf(source: string): string
  /** The file of a bundled program. */
  programOf(name: string): string
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export async function buildBundle(): Promise<Bundle> {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-bundle-'))
  const entryPoints: Record<string, string> = { 'child/bootstrap': here('../src/child/bootstrap.ts') }
  for (const group of ['fixtures', 'programs']) {
    const files = (await readdir(here(group))).filter((file) => file.endsWith('.ts'))
    for (const file of files) entryPoints[`${group}/${basename(file, '.ts')}`] = here(`${group}/${file}`)
  }
  const { build, stop } = loadEsbuild()
  await build({
    entryPoints,
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['troupe-src'],
    external: ['msgpackr-extract'],
    chunkNames: 'parent/[name]-[hash]', // beside child/, where the source looks for the bootstrap
    logLevel: 'silent',
  })
  await stop()
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  return {
    bootstrap: pathToFileURL(join(folder, 'child', 'bootstrap.js')),
    moduleOf: (source) => pathToFileURL(join(folder, 'fixtures', basename(source).replace(/\.ts$/, '.js'))).href,
    programOf: (name) => join(folder, 'programs', `${name}.js`),
    [Symbol.asyncDispose]: async () => await rm(folder, { recursive: true }),
  }
}

/** It comes with tsx. */
function loadEsbuild(): Esbuild {
  const tsx = createRequire(import.meta.url).resolve('tsx/package.json')
  // Safe: the version that tsx needs has this function.
  return createRequire(tsx)('esbuild') as Esbuild
}
