/**
 * The door: worker threads and child processes as nodes of a system.
 */
export { childProcess } from './parent/child-process.ts'
export type { ChildProcessOptions, Stdio, ThreadOptions, WorkerOptions } from './parent/options.ts'
export { thread } from './parent/thread.ts'
export type { TerminateOptions, WorkerNode } from './parent/worker-node.ts'
export type { ModuleExport } from './shared/boot-data.ts'
