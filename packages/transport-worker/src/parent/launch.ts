/**
 * Brings a worker up as a node: starts it, waits until it is initialized, and lets core shake hands with it. A worker that does
 * not come up in time, or at all, has ended when the start fails.
 */
import { type LaunchedNode, type NodeHost, systemClock } from '@troupe/core/transport'
import { refuseWhileLoading } from '../shared/module-loading.ts'
import { NodeLink } from '../shared/node-link.ts'
import type { StartSettings } from './options.ts'
import type { LinkOwner, StartedWorker } from './started-worker.ts'
import { WorkerLife } from './worker-life.ts'
import { WorkerHandle, type WorkerNode } from './worker-node.ts'

export async function launchWorker(
  host: NodeHost,
  settings: StartSettings,
  start: (owner: LinkOwner) => Promise<StartedWorker>,
): Promise<LaunchedNode<WorkerNode>> {
  refuseWhileLoading()
  let nodeLink: NodeLink | null = null
  const life = new WorkerLife((reason) => nodeLink?.end(reason))
  const worker = await start({
    maxFrame: settings.maxFrame,
    onNote: (note) => life.note(note),
    onClosed: (reason) => life.linkEnded(reason),
  })
  life.begin(worker)
  const link = new NodeLink(worker.link, (reason) => life.closing(reason))
  nodeLink = link
  const shakeHands = async () => {
    await life.ready
    return await host.attach(link)
  }
  try {
    const peer = await inTime(shakeHands(), settings.startTimeout, worker.label)
    const handle = new WorkerHandle(worker, life, peer)
    const hold = (keepsRunning: boolean) => (keepsRunning ? life.hold() : life.release())
    return {
      handle,
      terminate: (graceMs) => handle.end(graceMs),
      kill: () => handle.kill(),
      ...(settings.daemon ? {} : { hold }),
    }
  } catch (error) {
    life.kill()
    await life.exited
    throw error
  }
}

async function inTime<Value>(work: Promise<Value>, ms: number, label: string): Promise<Value> {
  let stop: () => void = () => undefined
  const late = new Promise<never>((_, reject) => {
    const fail = () => reject(new Error(`${label} was not ready within ${ms} ms (startTimeout), and was ended`))
    if (ms === Infinity) return
    const timer = systemClock.start(ms, fail, 'deadline')
    stop = () => timer.cancel()
  })
  try {
    return await Promise.race([work, late])
  } finally {
    stop()
  }
}
