/**
 * Who reads TypeScript in a worker: nobody is needed for JavaScript; the platform, where it can and the parent does not run
 * tsx; else tsx, found from the module that needs it or from the working directory. tsx is registered through its .mjs API,
 * the one way that works in threads and processes of every supported Node.
 */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** URLs of tsx's entries. */
export interface Tsx {
  /** Exports `register`. */
  readonly api: string
  /** For `--import`. */
  readonly loader: string
}

/** Whether this platform reads TypeScript by itself: Bun, Deno, and Nodes that strip types. */
export function readsTypeScript(): boolean {
  if ('bun' in process.versions || 'deno' in process.versions) return true
  return 'typescript' in process.features && Boolean(process.features.typescript)
}

/** Whether flags, or NODE_OPTIONS, bring tsx. */
export function bringsTsx(flags: readonly string[]): boolean {
  return flags.some((flag) => /(^|[\\/=\s])tsx([\\/]dist[\\/](loader|preflight|esm|cjs)|[\\/](esm|cjs)|$|\s)/.test(flag))
}

/** tsx as a module at `from` (a URL) would find it, or else the working directory; null when neither does. */
export function findTsx(from: string): Tsx | null {
  for (const base of [from, pathToFileURL(join(process.cwd(), 'package.json')).href]) {
    if (!base.startsWith('file:')) continue
    const root = packageRoot(base)
    if (root === null) continue
    const api = join(root, 'dist', 'esm', 'api', 'index.mjs')
    if (existsSync(api)) return { api: pathToFileURL(api).href, loader: pathToFileURL(join(root, 'dist', 'loader.mjs')).href }
  }
  return null
}

/** The sentence for a TypeScript module that nobody here can read. */
export function cannotRead(url: string): Error {
  return new Error(
    `${fileURLToPath(url)} is TypeScript, which Node ${process.versions.node} cannot read by itself: install tsx (npm install --save-dev tsx), or build it to JavaScript`,
  )
}

function packageRoot(from: string): string | null {
  try {
    return dirname(createRequire(from).resolve('tsx/package.json'))
  } catch {
    return null
  }
}
