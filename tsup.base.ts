/**
 * What every package's build has in common: ES modules that Node 20 and browsers can read, and one bundled declaration per door.
 * Used by packages/x/tsup.config.ts.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Options } from 'tsup'

type Plugin = NonNullable<Options['esbuildPlugins']>[number]
type OutputPlugin = NonNullable<Options['plugins']>[number]

/** A module that names itself, since others find it by its URL: in code, not in a comment or a message that shows how. */
const NAMES_ITSELF = /^(?! *\*)(.*)import\.meta\.url(?=,$|\))/gm
const SHARED = 'chunks'

/** What both kinds of builds have in common. No doors, no declarations. */
function common(doors: Record<string, string>): Options {
  return {
    outDir: 'dist',
    format: ['esm'],
    target: 'es2022', // lowers `using`, which Node 20 cannot read
    platform: 'neutral',
    treeshake: false,
    sourcemap: true,
    // Set where nobody needs declarations: see scripts/lib/prepare.mjs.
    dts: Object.keys(doors).length > 0 && process.env['TROUPE_BUILD'] !== 'code' ? { entry: doors } : false,
    clean: true,
    silent: true,
    skipNodeModulesBundle: true,
    external: [/^node:/],
    esbuildOptions(options) {
      options.outbase = 'src'
      options.chunkNames = `${SHARED}/[name]-[hash]`
    },
  }
}

/**
 * A library whose doors are `doors`, by output name: one file per door, and chunks for what they share, so that each class and
 * WeakMap is there once. Few files, since every worker that starts reads them all. A module that names itself keeps its URL.
 * `alsoFiles`: modules that have a file of their own as well, and no door.
 */
export function library(doors: Record<string, string>, { alsoFiles = [] }: { alsoFiles?: readonly string[] } = {}): Options {
  const addressed = sources().filter((file) => readFileSync(file, 'utf8').search(NAMES_ITSELF) >= 0)
  return {
    ...common(doors),
    entry: [...new Set([...Object.values(doors), ...addressed, ...alsoFiles])],
    splitting: true,
    esbuildPlugins: [keepUrls(addressed)],
    plugins: [keepConstants],
  }
}

/** Programs and actors that are found by their modules' URLs, which are many: one output file per source file. */
export function filePerFile(doors: Record<string, string>): Options {
  return { ...common(doors), entry: ['src/**/*.ts'], splitting: false, esbuildPlugins: [asNeighbors] }
}

/**
 * In a module that names itself, `import.meta.url` stays the URL of the output file that exports it: its code is in a chunk,
 * since a door reaches it, too. Not written as `new URL`, which bundlers take for a file to copy.
 */
function keepUrls(addressed: readonly string[]): Plugin {
  return {
    name: 'keep-urls',
    setup(build) {
      build.initialOptions.metafile = true
      build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const file = addressed.find((one) => path === join(process.cwd(), one))
        if (file === undefined) return null
        const output = JSON.stringify(file.replace(/^src\//, '').replace(/\.ts$/, '.js'))
        const url = `import.meta.url.replace(/[^/]*\\/[^/]*$/, ${output})`
        const contents = readFileSync(path, 'utf8').replace(NAMES_ITSELF, (_all, before: string) => before + url)
        return { contents, loader: 'ts' }
      })
      build.onEnd(({ metafile }) => {
        const outputs = Object.entries(metafile?.outputs ?? {})
        for (const file of addressed) {
          const home = outputs.find(([name, { inputs }]) => name.endsWith('.js') && (inputs[file]?.bytesInOutput ?? 0) > 0)
          if (home?.[0].startsWith(`dist/${SHARED}/`) !== true) {
            throw new Error(
              `${file} names itself by import.meta.url, and no other door reaches it: ${home?.[0] ?? 'it is nowhere'}`,
            )
          }
        }
      })
    },
  }
}

/**
 * esbuild writes `var` for every constant and class of a bundled module. V8 folds constants into the code that it optimizes, and
 * must look up variables: a message between threads took a third longer. So what nobody assigns to is a constant again.
 */
const keepConstants: OutputPlugin = {
  name: 'keep-constants',
  renderChunk(code, { type, path, map }) {
    if (type !== 'chunk' || !path.endsWith('.js')) return undefined
    const assignments = new Map<string, number>()
    for (const [, name = ''] of code.matchAll(/([\w$]+)\s*(?:=(?![=>])|\+\+|--|[-+*/%&|^?]+=)/g)) {
      assignments.set(name, (assignments.get(name) ?? 0) + 1)
    }
    const constant = (whole: string, name: string): string =>
      assignments.get(name) === 1 && !code.includes(`++${name}`) && !code.includes(`--${name}`) ? `const ${name} =` : whole
    return { code: code.replace(/^var ([\w$]+) =/gm, constant), ...(map ? { map } : {}) }
  },
}

/** Keeps a relative import an import of the neighboring output file: './x.ts' becomes './x.js'. */
const asNeighbors: Plugin = {
  name: 'as-neighbors',
  setup(build) {
    build.onResolve({ filter: /^\.\.?\// }, (args) =>
      args.kind === 'entry-point' ? null : { path: args.path.replace(/\.ts$/, '.js'), external: true },
    )
  },
}

function sources(): string[] {
  const names = readdirSync('src', { recursive: true, encoding: 'utf8' })
  return names.filter((name) => name.endsWith('.ts')).map((name) => `src/${name.replaceAll('\\', '/')}`)
}
