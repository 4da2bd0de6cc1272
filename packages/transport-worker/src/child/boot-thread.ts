/**
 * Makes this thread a node, with what its worker data says.
 */
import { workerData, threadId } from 'node:worker_threads'
import type { ThreadData } from '../shared/boot-data.ts'
import { PortLink } from '../shared/port-link.ts'
import { threadPort } from '../shared/thread-port.ts'
import { leaveWithParent, runNode } from './run-node.ts'

export async function bootThread(): Promise<void> {
  // Safe: this package started the thread; if somebody else did, there is no port, and that is said.
  const { port, boot } = workerData as Partial<ThreadData>
  if (port === undefined || boot === undefined) {
    throw new Error('this thread was not started by thread() of @troupe/transport-worker: its bootstrap has no use here')
  }
  const link = new PortLink(threadPort(port), { peer: 'parent', maxFrame: boot.maxFrame, onClosed: leaveWithParent })
  process.on('exit', () => link.sendAtOnce())
  await runNode(link, boot, `thread-${threadId}`)
}
