/**
 * A mistake that is easily made: the actor stands in the program itself, so that a worker that looks for it runs the program
 * again, which starts a worker, and so on.
 */
import { actor, createSystem } from '@troupe/core'
import { childProcess, thread } from '@troupe/transport-worker'

export const Misplaced = actor({ name: 'Misplaced', module: import.meta.url, setup: () => ({ hello: () => 'hello' }) })

console.log(`started ${process.pid}`)
const system = createSystem({ name: 'main' })
const worker = await system.start(process.argv[2] === 'thread' ? thread() : childProcess())
const misplaced = system.spawn(Misplaced, [], { on: worker })
await misplaced.ready.catch((error: unknown) => console.log(`refused ${String(error)}`))
await system.shutdown()
console.log('done')
