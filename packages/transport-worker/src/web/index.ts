/**
 * The door for pages and their workers: web workers as nodes of a system in a browser. Nothing of Node's is behind it.
 */
export type { WebTerminateOptions, WebWorkerOptions } from './options.ts'
export { serve } from './serve.ts'
export type { WebWorkerNode } from './web-node.ts'
export { webWorker } from './web-worker.ts'
