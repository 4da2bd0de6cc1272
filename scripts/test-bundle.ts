/**
 * The workers' side of the tests as a bundler would build it, from source: the bootstrap, the fixtures and the programs, which
 * share one copy of core. Made once per run: a worker starts from it several times faster than through tsx. Tests that are about
 * TypeScript, and the promises in transport-worker/test/semantics, run from source itself. Run by vitest before all tests; the
 * tests find it by bundled.ts.
 */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'
import { esbuild } from './esbuild.ts'

const packages = fileURLToPath(new URL('../packages', import.meta.url))
const GROUPS = [
  'transport-worker/test/fixtures',
  'transport-worker/test/programs',
  'core/test/system/programs',
  'transport-ws/test/hosts',
]

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-bundle-'))
  const bundle = await esbuild.context({
    entryPoints: [join(packages, 'transport-worker/src/child/bootstrap.ts'), ...(await programs())],
    outdir: folder,
    outbase: packages,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['troupe-src'],
    external: ['msgpackr-extract'],
    // ws is CommonJS.
    banner: { js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url)" },
    chunkNames: 'transport-worker/src/parent/[name]-[hash]', // beside child/, where the source looks for the bootstrap
    logLevel: 'silent',
  })
  await bundle.rebuild()
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  project.provide('bundle', folder)
  project.onTestsRerun(async () => void (await bundle.rebuild()))
  return async () => {
    await bundle.dispose()
    await esbuild.stop()
    await rm(folder, { recursive: true })
  }
}

async function programs(): Promise<string[]> {
  const groups = await Promise.all(
    GROUPS.map(async (group) => (await readdir(join(packages, group))).map((file) => join(packages, group, file))),
  )
  return groups.flat().filter((file) => file.endsWith('.ts') && !basename(file).endsWith('.test.ts'))
}
