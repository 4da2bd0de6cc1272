/**
 * A page that computes for a long time and never freezes: the work is an actor in a web worker, its progress a stream, and leaving the
 * stream cancels the work.
 */
import { createSystem } from '@troupe/core'
import { webWorker } from '@troupe/transport-worker/web'
import { Counter } from './counter.ts'

const ticks = element('ticks', HTMLOutputElement)
const limit = element('limit', HTMLInputElement)
const start = element('start', HTMLButtonElement)
const cancel = element('cancel', HTMLButtonElement)
const progress = element('progress', HTMLProgressElement)
const state = element('state', HTMLElement)

const system = createSystem({ name: 'page' })
const worker = await system.start(
  webWorker(() => new Worker(new URL('./counter.worker.ts', import.meta.url), { type: 'module' }), { name: 'worker' }),
)
const counter = system.spawn(Counter, [], { on: worker })
await counter.ready

setInterval(() => (ticks.value = String(Number(ticks.value) + 1)), 20)
start.addEventListener('click', () => void count())
addEventListener('pagehide', () => void system.shutdown())
document.body.dataset['ready'] = 'yes'

async function count(): Promise<void> {
  const cancelled = new AbortController()
  cancel.onclick = () => cancelled.abort()
  setBusy(true)
  state.textContent = 'counting'
  try {
    for await (const { percent, primes } of counter.stream('count', Number(limit.value))) {
      progress.value = percent
      state.textContent = percent < 100 ? `${primes} primes so far` : `${primes} primes`
      if (!cancelled.signal.aborted) continue
      state.textContent = `cancelled at ${percent} %, with ${primes} primes`
      break // the worker hears of it, and is free for the next one
    }
  } catch (error) {
    state.textContent = String(error)
  }
  setBusy(false)
}

function setBusy(isBusy: boolean): void {
  start.disabled = isBusy
  cancel.disabled = !isBusy
}

function element<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const found = document.querySelector(`#${id}`)
  if (found instanceof kind) return found
  throw new TypeError(`the page has no ${kind.name} with the id ${id}`)
}
