const [kind = 'troupe', rounds = '6'] = process.argv.slice(2)
const W = 1000, AT = 256
let call, end
if (kind.startsWith('troupe')) {
  const { createSystem } = await import('@troupe/core'); const { createPool } = await import('@troupe/core/parallel'); const { thread, childProcess } = await import('@troupe/transport-worker')
  const { oneMs } = await import('./zz-tasks.mjs')
  const system = createSystem(); const pool = await createPool(system, { size: 2, worker: kind === 'troupe' ? thread() : childProcess() })
  call = n => pool.run(oneMs, n); end = () => system.shutdown()
} else {
  const m = await import(kind); const C = m.default?.default ?? m.default; const Pool = typeof C === 'function' ? C : m.Tinypool ?? m.Piscina
  const pool = new Pool({ filename: new URL('./zz-tasks.mjs', import.meta.url).href, minThreads: 2, maxThreads: 2 })
  call = n => pool.run(n); end = () => pool.destroy()
}
for (let r = 0; r < Number(rounds); r++) {
  const e0 = performance.eventLoopUtilization(); const t0 = performance.timeOrigin + performance.now(), c = process.cpuUsage(); const all = []
  let next = 0; const lane = async () => { while (next < W) all.push(await call(next++)) }
  await Promise.all(Array.from({ length: AT }, lane))
  const t1 = performance.timeOrigin + performance.now(); const d = process.cpuUsage(c)
  if (process.env.NUM) { const eu = performance.eventLoopUtilization(e0); console.log(kind, 'active', (eu.active / W * 1000).toFixed(0), (W / (t1 - t0) * 1000).toFixed(0)); continue }
  const by = Map.groupBy ? Map.groupBy(all, x => x[2]) : all.reduce((m, x) => (m.get(x[2])?.push(x) ?? m.set(x[2], [x]), m), new Map())
  const parts = []
  for (const [id, list] of by) { list.sort((a, b) => a[0] - b[0]); const dur = list.reduce((s, x) => s + x[1] - x[0], 0) / list.length; const gaps = list.slice(1).map((x, i) => x[0] - list[i][1]); const g = gaps.reduce((a, b) => a + b, 0) / gaps.length
    const big = gaps.filter(x => x > 0.3); parts.push(`w${id}: n ${list.length} first ${(list[0][0] - t0).toFixed(1)} last ${(t1 - list.at(-1)[1]).toFixed(1)} dur ${dur.toFixed(3)} gap ${(g * 1000).toFixed(0)}µs (>0.3ms: ${big.length}, sum ${big.reduce((a, b) => a + b, 0).toFixed(0)}ms)`) }
  const eu = performance.eventLoopUtilization(e0); console.log('main active µs/task', (eu.active / W * 1000).toFixed(0), (W / (t1 - t0) * 1000).toFixed(0) + '/s', ((t1 - t0)).toFixed(0) + 'ms', parts.join(' | '))
}
await end()
