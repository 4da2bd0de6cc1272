/**
 * Where the bootstrap is, and whether the worker needs tsx from its start: when the parent runs tsx, so that whatever the
 * parent can import a worker can, too; and when this package itself runs from source on a Node that reads no TypeScript.
 */
import { cannotRead, bringsTsx, findTsx, readsTypeScript, type Tsx } from '../shared/typescript.ts'
import { isTypeScript, resolveEntry } from '../shared/resolve-entry.ts'
import type { WorkerOptions } from './options.ts'

export function bootstrapFor(options: WorkerOptions): { bootstrap: string; tsx: Tsx | null } {
  const bootstrap = resolveEntry((options.bootstrap ?? new URL('../child/bootstrap.js', import.meta.url)).href)
  const parentRunsTsx = bringsTsx(process.execArgv) || bringsTsx([process.env['NODE_OPTIONS'] ?? ''])
  if (parentRunsTsx) return { bootstrap, tsx: findTsx(bootstrap) ?? findTsx(import.meta.url) }
  if (!isTypeScript(bootstrap) || readsTypeScript()) return { bootstrap, tsx: null }
  const tsx = findTsx(bootstrap)
  if (tsx === null) throw cannotRead(bootstrap)
  return { bootstrap, tsx }
}
