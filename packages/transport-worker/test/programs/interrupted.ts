/**
 * Works on a thread and a child process, both of them in a loop that never ends, until Ctrl-C.
 */
import { createSystem, runMain } from '@troupe/core'
import { childProcess, thread } from '@troupe/transport-worker'
import { Endings } from '../fixtures/endings.ts'

const system = createSystem({ name: 'interrupted', shutdownTimeout: 60_000 })
await runMain(system, async ({ signal }) => {
  for (const make of [thread, childProcess]) {
    const busy = system.spawn(Endings, [], { on: await system.start(make()) })
    await busy.ready
    void busy.tell('spin')
  }
  signal.addEventListener('abort', () => console.log('stopping'))
  console.log('busy')
  await new Promise(() => undefined)
})
