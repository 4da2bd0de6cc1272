import { createSystem } from '@troupe/core'
import { createManager } from '@troupe/core/parallel'
import { childProcess } from '@troupe/transport-worker'
import { readFileSync } from 'node:fs'
const system = createSystem({ name: 'bench' })
const node = await system.start(childProcess({ name: 'manager', execArgv: process.env.ARGV ? process.env.ARGV.split(' ') : [] }))
const manager = await createManager(system, { on: node })
const dict = await manager.dict([], { name: 'shared' })
const stat = pid => { const f = readFileSync(`/proc/${pid}/stat`,'utf8').split(') ')[1].split(' '); return { u: +f[11], s: +f[12] } }
const ctx = pid => { const t = readFileSync(`/proc/${pid}/status`,'utf8'); return { v: +/voluntary_ctxt_switches:\s+(\d+)/.exec(t)[1], n: +/nonvoluntary_ctxt_switches:\s+(\d+)/.exec(t)[1] } }
const N = Number(process.env.N ?? 5000)
for (let k = 0; k < Number(process.argv[2] ?? 12); k++) {
  if (process.env.GC) { globalThis.gc(); await new Promise(r => setTimeout(r, 300)) }
  const c = process.cpuUsage(), a = stat(node.pid), x = ctx(process.pid), y = ctx(node.pid), t = performance.now()
  for (let n = 0; n < N; n++) { if (n % 2 === 0) await dict.set('key 0', n); else if (await dict.get('key 0') !== n - 1) throw 1 }
  const ms = performance.now() - t, d = process.cpuUsage(c), b = stat(node.pid), x2 = ctx(process.pid), y2 = ctx(node.pid)
  console.log((ms / N * 1000).toFixed(1), 'µs/call | near user', (d.user / N).toFixed(1), 'sys', (d.system / N).toFixed(1), '| far user', ((b.u - a.u) * 1e4 / N).toFixed(1), 'sys', ((b.s - a.s) * 1e4 / N).toFixed(1), '| ctx near', ((x2.v-x.v)/N).toFixed(2), ((x2.n-x.n)/N).toFixed(2), 'far', ((y2.v-y.v)/N).toFixed(2), ((y2.n-y.n)/N).toFixed(2))
}
await system.shutdown()
