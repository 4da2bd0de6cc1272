/**
 * What a user of the built packages writes, in JavaScript.
 */
import { createSystem } from '@troupe/core'
import { childProcess, thread } from '@troupe/transport-worker'
import { Plain } from '../fixtures/built-actor.mjs'

const system = createSystem({ name: 'built' })
for (const make of [thread, childProcess]) {
  const node = await system.start(make())
  const plain = system.spawn(Plain, [20], { on: node })
  void plain.tell('add', 1)
  console.log(`${make.name} ${String(await plain.ask('get'))}`)
  // One copy of core, however many links lead to it.
  console.log((await plain.ask('core')) === import.meta.resolve('@troupe/core'))
  await node.terminate()
}
await system.shutdown()
