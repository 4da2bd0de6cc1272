/**
 * Starts children and waits for what comes: one idle, one in a busy loop, one that starts a child of its own, one that only
 * a daemon's rank keeps from holding the program.
 */
import { createSystem } from '@troupe/core'
import { childProcess } from '@troupe/transport-worker'
import { Endings } from '../fixtures/endings.ts'
import { Family } from '../fixtures/family.ts'

const system = createSystem({ name: 'family' })
const [idle, busy, parent, daemon] = await Promise.all([
  system.start(childProcess({ name: 'idle' })),
  system.start(childProcess({ name: 'busy' })),
  system.start(childProcess({ name: 'parent' })),
  system.start(childProcess({ name: 'daemon', daemon: true })),
])
const grandchild = await system.spawn(Family, [], { on: parent }).ask('have')
const busyActor = system.spawn(Endings, [], { on: busy })
await busyActor.ready
void busyActor.tell('spin')
process.on('SIGINT', () => {
  console.log(`asked ${[idle, busy, parent, daemon].every((node) => node.alive)}`)
})
console.log(`pids ${idle.pid} ${busy.pid} ${parent.pid} ${daemon.pid} ${grandchild}`)
if (process.argv[2] === 'exit') process.exit(5)
