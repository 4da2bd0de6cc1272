/**
 * The life of a worker: initialize, be ready, serve the parent until the system ends, and go.
 */
import { exitCode } from '@troupe/core'
import { type ExitReason, serveParent } from '@troupe/core/transport'
import type { BootData, ModuleExport } from '../shared/boot-data.ts'
import type { WorkerLink } from '../shared/worker-link.ts'
import { loadCompanions } from './companions.ts'
import { createModuleLoader, type LoadModule } from './module-loader.ts'

/** How long a worker whose parent is gone may take for its orderly end. */
const PARTING_MS = 400

/** Serves the parent, and ends this thread or process with the code that stands for why its system ended. */
export async function runNode(link: WorkerLink, boot: BootData, defaultName: string): Promise<void> {
  reportUncaught(link)
  const load = createModuleLoader(boot.tsx)
  try {
    await loadCompanions(boot.companions)
    if (boot.initialize !== null) await initialize(load, boot.initialize)
    link.note({ kind: 'ready' })
    const reason = await serveParent(link, { name: boot.name ?? defaultName, load })
    link.close(reason)
    leave(codeOf(reason))
  } catch (thrown) {
    // Not printed: the parent is told, or there is none any more.
    link.note({ kind: 'failed', error: toError(thrown) })
    leave(1)
  }
}

/** The link has ended: the parent is gone, or wants this worker to be. Its system ends in order now, or at once a little later. */
export function leaveWithParent(): void {
  setTimeout(() => leave(1), PARTING_MS).unref()
}

async function initialize(load: LoadModule, { module, name }: ModuleExport): Promise<void> {
  const exports = await load(module)
  const exported = exports[name] ?? Object.values(exports).find((value) => isFunction(value) && value.name === name)
  if (!isFunction(exported)) throw new TypeError(`initialize: ${module} exports no function "${name}"`)
  await exported()
}

function isFunction(value: unknown): value is () => unknown {
  return typeof value === 'function'
}

/** Tells the parent what nobody here catches, before Node ends this worker for it. */
function reportUncaught(link: WorkerLink): void {
  process.on('uncaughtExceptionMonitor', (thrown: unknown) => {
    const handled = process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback()
    if (!handled) link.note({ kind: 'uncaught', error: toError(thrown) })
  })
}

/** What is on its way over the link still gets there: it is flushed at exit. */
function leave(code: number): void {
  process.exit(code)
}

/** A signal's number, which is negative among exit codes, as shells write it. */
function codeOf(reason: ExitReason): number {
  const code = exitCode(reason)
  return code < 0 ? 128 - code : code
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(`the worker threw ${String(thrown)}`)
}
