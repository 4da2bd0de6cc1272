/**
 * Awaits a task of a pool whose workers are daemons, and comes to its end without closing anything.
 */
import { createSystem } from '@troupe/core'
import { createPool } from '@troupe/core/parallel'
import { childProcess, thread } from '@troupe/transport-worker'
import { later } from '../fixtures/hard-tasks.ts'

const make = process.argv[2] === 'thread' ? thread : childProcess
const pool = await createPool(createSystem({ name: 'forgetful' }), { size: 1, worker: make({ daemon: true }) })
console.log(await pool.run(later, 200))
console.log((await pool.map(later, [1, 2, 3])).join(' '))
