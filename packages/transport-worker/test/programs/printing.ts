/**
 * Starts a worker that prints much and leaves at once, and says when it has ended.
 */
import { createSystem } from '@troupe/core'
import { childProcess, thread } from '@troupe/transport-worker'
import { Leaver } from '../fixtures/leaver.ts'

const system = createSystem({ name: 'printer' })
for (const make of [thread, childProcess]) {
  const node = await system.start(make())
  void system.spawn(Leaver, [], { on: node }).tell('printAndLeave', make.name, 5_000)
  await node.exited
  console.log(`ended ${make.name}`)
}
