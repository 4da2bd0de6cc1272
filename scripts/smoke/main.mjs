/**
 * The smallest program that goes through every built package: a counter here, in a thread and in a child process. Run by
 * scripts/matrix.mjs on Node, Bun and Deno, where it has to end by itself. On Bun a child process has to be refused with a reason.
 */
import { createSystem } from '@troupe/core'
import { childProcess, thread } from '@troupe/transport-worker'
import { Counter } from './counter.mjs'

const system = createSystem({ name: 'smoke' })
const places = { here: undefined, thread: thread({ name: 't' }), child: childProcess({ name: 'c' }) }
for (const [place, worker] of Object.entries(places)) {
  if (worker !== undefined && place === 'child' && 'bun' in process.versions) {
    const refusal = await system.start(worker).then(
      () => 'it was not refused',
      (error) => String(error.cause),
    )
    if (!refusal.includes('needs Node or Deno')) throw new Error(`${place}: ${refusal}`)
    console.log(`${place}: ${refusal}`)
    continue
  }
  const node = worker === undefined ? undefined : await system.start(worker)
  const counter = system.spawn(Counter, [40], node === undefined ? {} : { on: node })
  counter.tell('add', 2)
  const count = await counter.ask('get')
  if (count !== 42) throw new Error(`${place}: counted to ${count}, not 42`)
  console.log(`${place}: ${count}`)
}
await system.shutdown()
