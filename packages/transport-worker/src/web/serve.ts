/**
 * `serve()`: makes a web worker the node that its page started it to be.
 */
import type { ActorDefinition } from '@troupe/core'
import { serveParent } from '@troupe/core/transport'
import { PortLink } from '../shared/port-link.ts'
import { type WebBoot, SERVING, isBoot } from './greeting.ts'
import { webPort } from './web-port.ts'

/** How long a worker whose page has left the link may take for its orderly end. */
const PARTING_MS = 400

/** The part of a worker's global scope that is used here. */
interface WorkerScope extends EventTarget {
  postMessage(data: unknown): void
  close(): void
}

/**
 * Called once in a worker's script, for `webWorker` in the page: the page may spawn these definitions here, found by their
 * names, since a bundle has no modules that could be loaded by their URLs. The worker ends with its system. Throws TypeError
 * outside a worker, and for two definitions of one name.
 *
 * @example
 * serve(Counter, Log)
 */
export function serve(...offer: readonly ActorDefinition<unknown, never>[]): void {
  const scope: object = globalThis
  if (!isWorkerScope(scope)) throw new TypeError('serve() is for the script of a web worker that a page starts with webWorker()')
  checkOffer(offer)
  const boot = ({ data }: Event & { readonly data?: unknown }): void => {
    if (!isBoot(data)) return
    scope.removeEventListener('message', boot)
    void run(scope, data, offer)
  }
  scope.addEventListener('message', boot)
  scope.postMessage(SERVING)
}

/** At once, and not when the page has called: that is where the mistake is. */
function checkOffer(offer: readonly unknown[]): void {
  const names = new Set<string>()
  for (const definition of offer) {
    if (!isDefinition(definition)) throw new TypeError(`serve() takes definitions of actors, not ${String(definition)}`)
    if (names.has(definition.name)) throw new TypeError(`serve() got two definitions named "${definition.name}"`)
    names.add(definition.name)
  }
}

async function run(
  scope: WorkerScope,
  { name, maxFrame, port }: WebBoot,
  offer: readonly ActorDefinition<unknown, never>[],
): Promise<void> {
  const close = scope.close.bind(scope)
  const leave = (): void => void setTimeout(close, PARTING_MS)
  const link = new PortLink(webPort(port), { peer: 'page', maxFrame, onClosed: leave })
  reportUncaught(scope, link)
  // No browser tells the page that a worker closes itself, so the worker does.
  scope.close = () => {
    link.sendAtOnce()
    link.close()
    close()
  }
  try {
    link.close(await serveParent(link, { name, offer }))
  } catch (thrown) {
    link.note({ kind: 'failed', error: toError(thrown) })
    link.close()
  }
  close()
}

/** Tells the page what nobody here catches; it ends this worker for that, as Node ends a thread. */
function reportUncaught(scope: WorkerScope, link: PortLink): void {
  const report = (event: Event, thrown: unknown): void => {
    event.preventDefault() // the browser would tell the page, too, in its own words
    link.note({ kind: 'uncaught', error: toError(thrown) })
  }
  scope.addEventListener('error', (event: Event & { readonly error?: unknown; readonly message?: string }) =>
    report(event, event.error ?? event.message),
  )
  scope.addEventListener('unhandledrejection', (event: Event & { readonly reason?: unknown }) => report(event, event.reason))
}

/** A page has no importScripts, and a shared worker no postMessage. */
function isWorkerScope(scope: object): scope is WorkerScope {
  return 'importScripts' in scope && 'postMessage' in scope && 'close' in scope
}

function isDefinition(value: unknown): value is { readonly name: string } {
  return typeof value === 'object' && value !== null && 'setup' in value && 'name' in value && typeof value.name === 'string'
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(`the worker threw ${String(thrown)}`)
}
