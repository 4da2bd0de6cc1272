/**
 * `childProcess()`: a child process as a node.
 */
import { nodeDefinition, type NodeDefinition } from '@troupe/core/transport'
import { launchWorker } from './launch.ts'
import { checkChildProcessOptions, type ChildProcessOptions, settingsOf } from './options.ts'
import { startProcess } from './start-process.ts'
import type { WorkerNode } from './worker-node.ts'

/**
 * A child process, before it runs: for `system.start`, supervisors and pools. It has memory of its own, survives nothing of
 * ours, and nothing of its own hurts us. Throws for wrong options.
 *
 * @example
 * const child = await system.start(childProcess({ name: 'c1', stdio: 'ignore' }))
 */
export function childProcess(options: ChildProcessOptions = {}): NodeDefinition<WorkerNode> {
  checkChildProcessOptions(options)
  return nodeDefinition({
    name: options.name ?? 'process',
    launch: (host) => launchWorker(host, settingsOf(options), (owner) => startProcess(options, owner)),
  })
}
