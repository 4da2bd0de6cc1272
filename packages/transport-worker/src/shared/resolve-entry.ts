/**
 * Finds a module under its own extension or its twin's, so that one line of source names it in development and when built:
 * `new URL('./worker.js', import.meta.url)` is worker.ts there.
 */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const TWINS: Readonly<Record<string, readonly string[]>> = {
  '.ts': ['.js', '.mjs', '.cjs'],
  '.tsx': ['.js', '.jsx', '.mjs'],
  '.mts': ['.mjs'],
  '.cts': ['.cjs'],
  '.js': ['.ts', '.tsx'],
  '.jsx': ['.tsx'],
  '.mjs': ['.mts', '.ts'],
  '.cjs': ['.cts', '.ts'],
}

/** The URL itself when its file is there or it is no file; the twin's that is; else the URL itself, for its own error. */
export function resolveEntry(url: string): string {
  const parsed = new URL(url)
  if (parsed.protocol !== 'file:' || existsSync(fileURLToPath(parsed))) return url
  const [extension] = /\.[cm]?[jt]sx?$/.exec(parsed.pathname) ?? []
  for (const twin of extension === undefined ? [] : (TWINS[extension] ?? [])) {
    const candidate = new URL(parsed)
    candidate.pathname = parsed.pathname.slice(0, -(extension?.length ?? 0)) + twin
    if (existsSync(fileURLToPath(candidate))) return candidate.href
  }
  return url
}

/** Whether a module is written in TypeScript, by its extension. */
export function isTypeScript(url: string): boolean {
  return /\.[cm]?tsx?$/.test(new URL(url).pathname)
}
