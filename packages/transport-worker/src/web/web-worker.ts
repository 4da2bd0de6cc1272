/**
 * `webWorker()`: a web worker as a node of a page's system.
 */
import { type LaunchedNode, type NodeDefinition, type NodeHost, nodeDefinition } from '@troupe/core/transport'
import { NodeLink } from '../shared/node-link.ts'
import { PortLink } from '../shared/port-link.ts'
import type { WebBoot } from './greeting.ts'
import { type WebWorkerOptions, webSettings } from './options.ts'
import { LONGEST_WAIT, WebLife } from './web-life.ts'
import { WebWorkerHandle, type WebWorkerNode } from './web-node.ts'
import { webPort } from './web-port.ts'

/**
 * A web worker, before it runs: for `system.start` and supervisors. `start` makes a new one each time, and bundlers find the
 * worker's script by its words; that script calls `serve`. Throws for wrong options.
 *
 * @example
 * const start = () => new Worker(new URL('./count.worker.ts', import.meta.url), { type: 'module' })
 * const worker = await system.start(webWorker(start, { name: 'w1' }))
 */
export function webWorker(start: () => Worker, options: WebWorkerOptions = {}): NodeDefinition<WebWorkerNode> {
  if (typeof start !== 'function')
    throw new TypeError('webWorker() takes a function that makes a new Worker, since a supervisor may start it anew')
  const settings = webSettings(options)
  return nodeDefinition({ name: settings.name, launch: (host) => launch(host, start, settings) })
}

async function launch(
  host: NodeHost,
  start: () => Worker,
  { name, startTimeout, maxFrame }: Required<WebWorkerOptions>,
): Promise<LaunchedNode<WebWorkerNode>> {
  const worker = start()
  const { port1: near, port2: port } = new MessageChannel()
  let nodeLink: NodeLink | null = null
  const life = new WebLife(worker, name, (reason) => nodeLink?.end(reason))
  const portLink = new PortLink(webPort(near), {
    peer: name,
    maxFrame,
    onNote: (note) => life.note(note),
    onClosed: (reason) => life.linkEnded(reason),
  })
  life.begin(portLink)
  const link = new NodeLink(portLink, (reason) => life.closing(reason))
  nodeLink = link
  const late = new Error(`${name} did not call serve() within ${startTimeout} ms (startTimeout), and was ended`)
  const timer = startTimeout > LONGEST_WAIT ? undefined : setTimeout(() => life.giveUp(late), startTimeout)
  try {
    await life.serving
    worker.postMessage({ troupe: 'boot', name, maxFrame, port } satisfies WebBoot, [port])
    const handle = new WebWorkerHandle(life, await host.attach(link))
    return { handle, terminate: (graceMs) => handle.end(graceMs), kill: () => handle.kill() }
  } catch (error) {
    life.kill()
    throw error
  } finally {
    clearTimeout(timer)
  }
}
