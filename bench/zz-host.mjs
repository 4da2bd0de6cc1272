import { fork } from 'node:child_process'
const c = fork('./dist/host.js', process.argv.slice(2), { execArgv: (process.env.GCF ?? '--expose-gc').split(' ') })
const q = []; let w; c.on('message', m => { q.push(m); w?.() }); const next = async () => { while (!q.length) await new Promise(r => w = r); return q.shift() }
await next(); c.send({ kind: 'warm-up', ms: 2000 }); await next()
for (let i = 0; i < 8; i++) { c.send({ kind: 'sample', ms: 250, time: 'elapsed' }); const m = await next(); console.log(m.value.toFixed(0)); await new Promise(r => setTimeout(r, Number(process.env.PAUSE ?? 0))) }
c.send({ kind: 'end' }); await next()
