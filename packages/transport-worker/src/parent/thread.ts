/**
 * `thread()`: a worker thread as a node.
 */
import { nodeDefinition, type NodeDefinition } from '@troupe/core/transport'
import { launchWorker } from './launch.ts'
import { checkThreadOptions, settingsOf, type ThreadOptions } from './options.ts'
import { startThread } from './start-thread.ts'
import type { WorkerNode } from './worker-node.ts'

/**
 * A worker thread, before it runs: for `system.start`, supervisors and pools. It shares our memory limits and our process, and
 * ends with it. Throws for wrong options.
 *
 * @example
 * const worker = await system.start(thread({ name: 'w1' }))
 */
export function thread(options: ThreadOptions = {}): NodeDefinition<WorkerNode> {
  checkThreadOptions(options)
  return nodeDefinition({
    name: options.name ?? 'thread',
    launch: (host) => launchWorker(host, settingsOf(options), async (owner) => startThread(options, owner)),
  })
}
