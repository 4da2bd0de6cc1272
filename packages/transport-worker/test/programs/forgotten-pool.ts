/**
 * Makes a pool, uses it, uses it again when it was at rest, and does not close it.
 */
import { createSystem } from '@troupe/core'
import { createPool } from '@troupe/core/parallel'
import { childProcess, thread } from '@troupe/transport-worker'
import { later, square } from '../fixtures/pool-tasks.ts'

const [, , kind] = process.argv
const system = createSystem({ name: 'forgetful' })
const pool = await createPool(system, { size: 2, worker: kind === 'thread' ? thread() : childProcess() })
console.log(await pool.map(square, [1, 2, 3]))
setTimeout(async () => console.log(await pool.run(later)), 200)
console.log('main done')
