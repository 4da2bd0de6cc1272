/**
 * Ends this process when its parent is gone, even if this thread's event loop is blocked: a thread of its own waits for the end
 * of a pipe that the parent holds, gives the process a moment to end in order, and kills it.
 */
import { Worker } from 'node:worker_threads'
import { WATCH_FD } from '../shared/descriptors.ts'

/** More than a process takes that ends by itself. */
const PATIENCE_MS = 600

const WATCH = `
const { Socket } = require('node:net')
const gone = () => setTimeout(() => process.kill(process.pid, 'SIGKILL'), ${PATIENCE_MS})
new Socket({ fd: ${WATCH_FD} }).on('error', () => {}).once('close', gone).resume()`

export function watchParent(): void {
  new Worker(WATCH, {
    eval: true,
    execArgv: [],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1 },
  }).unref()
}
