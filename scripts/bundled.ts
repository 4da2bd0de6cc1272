/** Where the tests find what scripts/test-bundle.ts made. */
import { join } from 'node:path'
import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the bundle: each module has its source's path under packages/. */
    bundle: string
  }
}

/** The file that was made of `packages/<source>`. */
export function bundled(source: string): string {
  return join(inject('bundle'), source.replace(/\.ts$/, '.js'))
}
