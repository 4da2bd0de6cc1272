/**
 * The chat's programs and its page, built from source for the tests: a bundled program starts in a fifth of the time that one
 * takes with a loader for TypeScript.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import type { Rollup } from 'vite'

/** Of esbuild, which is Vite's: what is needed here. */
interface Bundler {
  build(options: Readonly<Record<string, unknown>>): Promise<unknown>
  /** Vite, too, leaves it running for the next build. */
  stop(): Promise<void>
}

export interface Built extends AsyncDisposable {
  /** With the programs. */
  readonly folder: string
  /** The page's. */
  readonly page: string
  /** What the page is made of, and what it would import. */
  readonly modules: readonly string[]
}

// Safe: every esbuild that Vite 7 takes has these two.
const esbuild = createRequire(createRequire(import.meta.url).resolve('vite'))('esbuild') as Bundler

/** Builds the programs, `serve.mjs` and `join.mjs`, and into `page` the page. */
export async function buildChat(): Promise<Built> {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-chat-'))
  const remove = (): Promise<void> => rm(folder, { recursive: true })
  try {
    const page = join(folder, 'page')
    const [modules] = await Promise.all([buildPage(page), buildPrograms(folder)])
    return { folder, page, modules, [Symbol.asyncDispose]: remove }
  } catch (error) {
    await remove()
    throw error
  } finally {
    await esbuild.stop()
  }
}

/** As `npm run build` does. */
async function buildPage(outDir: string): Promise<string[]> {
  const configFile = pathOf('../../vite.config.ts')
  const result = await build({ configFile, build: { outDir, minify: false, reportCompressedSize: false } })
  // Safe: one build that does not watch has one output.
  const { output } = result as Rollup.RollupOutput
  return output.flatMap((chunk) =>
    chunk.type === 'chunk' ? [...chunk.moduleIds, ...chunk.imports, ...chunk.dynamicImports] : [],
  )
}

function buildPrograms(outdir: string): Promise<unknown> {
  return esbuild.build({
    entryPoints: ['serve', 'join'].map((name) => pathOf(`../../src/chat/${name}.ts`)),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'es2022', // lowers `using`, which Node 20 cannot read
    conditions: ['troupe-src'],
    // For ws, which is CommonJS.
    banner: { js: "import { createRequire as from } from 'node:module'; const require = from(import.meta.url);" },
  })
}

function pathOf(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url))
}
