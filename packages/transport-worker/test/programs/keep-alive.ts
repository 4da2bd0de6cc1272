/**
 * Starts one worker, a daemon or not, and comes to its end.
 */
import { createSystem } from '@troupe/core'
import { childProcess, thread } from '@troupe/transport-worker'
import { Leaver } from '../fixtures/leaver.ts'

const [, , kind, rank, act] = process.argv
const make = kind === 'thread' ? thread : childProcess
const system = createSystem({ name: 'keeper' })
const node = await system.start(make({ daemon: rank === 'daemon' }))
process.on('exit', () => console.log(`end ${node.alive}`))
if (act === 'leave') {
  const leaver = system.spawn(Leaver, [], { on: node })
  await leaver.ready
  void leaver.tell('leaveIn', 100)
}
if (act === 'join') {
  setTimeout(() => node.kill(), 100).unref()
  await node.join()
}
console.log('main done')
