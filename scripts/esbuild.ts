/**
 * The bundler that comes with tsx: the part of its API that the tests use.
 */
import { createRequire } from 'node:module'

interface Esbuild {
  build(options: object): Promise<{
    metafile: { inputs: object; outputs: Readonly<Record<string, { imports: readonly { path: string; external?: boolean }[] }>> }
  }>
  context(options: object): Promise<Bundling>
  /** Ends its process. */
  stop(): Promise<void>
}

interface Bundling {
  rebuild(): Promise<unknown>
  dispose(): Promise<void>
}

const tsx = createRequire(import.meta.url).resolve('tsx/package.json')

// Safe: the version that tsx needs has these functions.
export const esbuild = createRequire(tsx)('esbuild') as Esbuild
