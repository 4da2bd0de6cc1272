/**
 * What a worker learns from its parent before it does anything. It comes by the worker's data or by the link, never by argv
 * or the environment, which are the program's own.
 */
import type { MessagePort } from 'node:worker_threads'

/** Where an export lives: how workers find functions, as pickle does. */
export interface ModuleExport {
  /** URL of the module. */
  readonly module: string
  /** The name under which it exports it. */
  readonly name: string
}

export interface BootData {
  /** The node's name; null: it is named after its thread or process id. */
  readonly name: string | null
  /** Called before the worker is ready. */
  readonly initialize: ModuleExport | null
  /** Whether tsx is at work there from the start, or is looked for when the first TypeScript module is loaded. */
  readonly tsx: 'active' | 'on-demand'
  /** Modules of Troupe that the parent has loaded and this worker loads before it is ready: `@troupe/core/parallel`. */
  readonly companions: readonly string[]
  /** Bytes that one frame may have. */
  readonly maxFrame: number
}

/** The worker data of a thread. */
export interface ThreadData {
  /** URL of the bootstrap. */
  readonly bootstrap: string
  /** URL of tsx's API, to be registered before the bootstrap is loaded; null where that is not needed. */
  readonly tsx: string | null
  readonly boot: BootData
  readonly port: MessagePort
}
