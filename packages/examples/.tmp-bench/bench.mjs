import { createSystem } from '@troupe/core'
import { createPool } from '@troupe/core/parallel'
import { thread, childProcess } from '@troupe/transport-worker'
import { square, spin } from './tasks.mjs'
const kind = process.argv[2] === 'process' ? childProcess : thread
const system = createSystem({ name: 'b' })
const pool = await createPool(system, { size: 2, worker: kind() })
async function closed(n, inFlight, f) {
  let left = n
  const lane = async () => { while (left-- > 0) await f() }
  const t = performance.now()
  await Promise.all(Array.from({ length: inFlight }, lane))
  return Math.round(n / (performance.now() - t) * 1000)
}
for (let r = 0; r < 3; r++) {
  console.log('trivial 64 in flight', await closed(100000, 64, () => pool.run(square, 3)))
  console.log('trivial 1024 in flight', await closed(200000, 1024, () => pool.run(square, 3)))
  console.log('one at a time', await closed(5000, 1, () => pool.run(square, 3)))
  { const t = performance.now(); await Promise.all(Array.from({ length: 100000 }, (_, i) => pool.submit(square, i))); console.log('100k at once', Math.round(1e8 / (performance.now() - t))) }
  console.log('1 ms 16 in flight', await closed(3000, 16, () => pool.run(spin, 1)))
  const xs = Array.from({ length: 100000 }, (_, i) => i)
  let t = performance.now(); await pool.map(square, xs); console.log('map 100k default', Math.round(1e8 / (performance.now() - t)))
  t = performance.now(); await pool.map(square, xs, { chunkSize: 1 }); console.log('map 100k chunk 1', Math.round(1e8 / (performance.now() - t)))
  t = performance.now(); let n = 0; for await (const y of pool.imap(square, xs)) n++; console.log('imap 100k', Math.round(1e8 / (performance.now() - t)))
}
await pool[Symbol.asyncDispose](); await system.shutdown()
