import { createSystem } from '@troupe/core'
import { createPool } from '@troupe/core/parallel'
import { thread, childProcess } from '@troupe/transport-worker'
import { square, spin } from './tasks.mjs'
const system = createSystem({ name: 'b' })
const pool = await createPool(system, { size: 2, worker: thread() })
for (let r = 0; r < 8; r++) {
  const t = performance.now(); await Promise.all(Array.from({ length: 100000 }, (_, i) => pool.submit(square, i))); console.log('100k at once', Math.round(1e8 / (performance.now() - t)))
}
await pool[Symbol.asyncDispose](); await system.shutdown()
