/**
 * What the platform gives beyond the language, found, never imported: Node's `process`, which Bun and Deno have too and
 * browsers have not, and WebCrypto.
 */

/** What core uses of it. */
export interface Process {
  on(event: string, listener: (signal: string) => void): unknown
  off(event: string, listener: (signal: string) => void): unknown
  exit(code: number): never
  /** A module of the platform, without an import that a bundler would have to resolve. */
  getBuiltinModule?(name: string): unknown
  memoryUsage?(): { readonly heapUsed: number; readonly external: number }
  readonly stdout?: OutputStream
  readonly stderr?: OutputStream
}

/** What a process prints to. */
export interface OutputStream {
  /** Bytes that have not left the process yet. */
  readonly writableLength: number
  write(text: string, done: () => void): unknown
  once(event: string, listener: () => void): unknown
}

/** Null in browsers. */
export function platformProcess(): Process | null {
  // Safe: only what is declared above is used, all of it as Node documents it.
  return (globalThis as { readonly process?: Process }).process ?? null
}

/**
 * How many threads can run at once on this machine, at least 1: what the process may use where the platform says so, else
 * the processors that there are.
 */
export function availableParallelism(): number {
  // Safe: that is what the module exports where there is one; older ones lack the function.
  const os = platformProcess()?.getBuiltinModule?.('node:os') as { availableParallelism?: () => number } | undefined
  // Safe: browsers have it, Node from 21 on.
  const { navigator } = globalThis as { readonly navigator?: { readonly hardwareConcurrency?: number } }
  return Math.max(1, os?.availableParallelism?.() ?? navigator?.hardwareConcurrency ?? 1)
}

/** Bytes of this thread's heap, and of what that holds outside of it; 0 where the platform does not say. */
export function memoryInUse(): number {
  const usage = platformProcess()?.memoryUsage?.()
  return usage === undefined ? 0 : usage.heapUsed + usage.external
}

/** Null where there is none: browsers keep it from pages that came neither over https nor from this machine. */
export function platformCrypto(): Pick<Crypto, 'subtle' | 'getRandomValues'> | null {
  // Safe: the type of `crypto` promises both always; what is missing is looked for here.
  const found = (globalThis as { readonly crypto?: Partial<Pick<Crypto, 'subtle'>> & Pick<Crypto, 'getRandomValues'> }).crypto
  const subtle = found?.subtle
  return found === undefined || subtle === undefined ? null : { subtle, getRandomValues: (array) => found.getRandomValues(array) }
}
