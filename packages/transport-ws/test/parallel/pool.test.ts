import { createSystem, silentLog } from '@troupe/core'
import { createPool, offerTasks, task } from '@troupe/core/parallel'
import { describe, expect, it } from 'vitest'
import { wsConnector, wsListener } from '../../src/index.ts'

const module = import.meta.url
const secret = 'for these tests only: 16 characters'
const square = task({ name: 'square', module, run: (x: number) => x * x })
const hidden = task({ name: 'hidden', module, run: () => 'not for you' })
const lostModule = task({ name: 'square', module: 'file:///no/such/module.js', run: (x: number) => x })

const machine = (name: string) => createSystem({ name, log: silentLog })

describe('a pool of other machines', () => {
  it('runs what they offer, and nothing else: no module is imported there', async () => {
    await using one = machine('one')
    await using other = machine('other')
    await using here = machine('here')
    const nodes = []
    for (const system of [one, other]) {
      const { address } = await system.listen(wsListener({ port: 0, secret, offer: [offerTasks([square])] }))
      nodes.push(await here.connect(wsConnector(address, { secret })))
    }
    await using pool = await createPool(here, { worker: nodes })
    const items = Array.from({ length: 200 }, (_, index) => index)
    expect(await pool.map(square, items)).toEqual(items.map((x) => x * x))
    await expect(pool.run(hidden)).rejects.toMatchObject({
      code: 'TROUPE_TASK_NOT_FOUND',
      message: 'task "hidden": it is not offered on that node',
    })
    expect(await pool.run(lostModule, 3)).toBe(9)
  })

  it('goes on without one that is gone for good', async () => {
    await using one = machine('one')
    await using other = machine('other')
    await using here = machine('here')
    const nodes = []
    for (const system of [one, other]) {
      const { address } = await system.listen(wsListener({ port: 0, secret, offer: [offerTasks([square])] }))
      nodes.push(await here.connect(wsConnector(address, { secret })))
    }
    await using pool = await createPool(here, { worker: nodes, size: 4 })
    await one.shutdown()
    await nodes[0]?.exited
    expect(await pool.map(square, [1, 2, 3, 4], { chunkSize: 1, retries: 3 })).toEqual([1, 4, 9, 16])
    await other.shutdown()
    await nodes[1]?.exited
    await expect(pool.run(square, 1)).rejects.toMatchObject({ code: 'TROUPE_POOL_BROKEN' })
  })

  it('needs an offer', async () => {
    await using one = machine('one')
    await using here = machine('here')
    const { address } = await one.listen(wsListener({ port: 0, secret }))
    const node = await here.connect(wsConnector(address, { secret }))
    await expect(createPool(here, { worker: node, maxRestarts: 1 })).rejects.toMatchObject({
      code: 'TROUPE_POOL_BROKEN',
      cause: { code: 'TROUPE_NOT_OFFERED' },
    })
  })
})
