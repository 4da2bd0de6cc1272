/** Managers of another program: offered, or registered under a name, behind a secret. */
import { once } from 'node:events'
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net'
import { type System, createSystem, silentLog } from '@troupe/core'
import { ManagerDefinition, createManager, openManager, sharedArray, task } from '@troupe/core/parallel'
import { describe, expect, it } from 'vitest'
import { type WsListenerOptions, wsConnector, wsListener } from '../../../src/index.ts'
import { secret } from '../../ends.ts'

const system = (name: string): System => createSystem({ name, log: silentLog, stopTimeout: 200 })

const increment = task({
  name: 'increment',
  module: import.meta.url,
  run: (count: number | undefined, by: number) => (count ?? 0) + by,
})

class Account {
  #balance: number
  constructor(balance: number) {
    this.#balance = balance
  }
  deposit(amount: number): number {
    return (this.#balance += amount)
  }
  close(): void {
    this.#balance = 0
  }
}

/** A port in between, whose connections can be cut. */
class Wire implements AsyncDisposable {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(port: string) {
    this.#server = createServer((near) => {
      const far = connect(Number(port), '127.0.0.1')
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(one)
        one.on('error', () => other.destroy()).on('close', () => (other.destroy(), this.#sockets.delete(one)))
        one.pipe(other)
      }
    })
  }

  static async to(port: string): Promise<Wire> {
    const wire = new Wire(port)
    wire.#server.listen(0, '127.0.0.1')
    await once(wire.#server, 'listening')
    return wire
  }

  get address(): string {
    // Safe: it listens on a port.
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close()
    this.cut()
    await once(this.#server, 'close')
  }
}

async function listen(far: System, options: Partial<WsListenerOptions> = {}): Promise<string> {
  const { address } = await far.listen(wsListener({ port: 0, secret, ...options }))
  return address
}

describe('a manager on another machine', () => {
  it('is created where managers are offered, and nowhere else', async () => {
    await using far = system('far')
    await using near = system('near')
    const node = await near.connect(wsConnector(await listen(far, { offer: [ManagerDefinition] }), { secret }))
    const manager = await createManager(near, { on: node })
    const dict = await manager.dict<string, number>([['a', 1]])
    expect(await Promise.all(Array.from({ length: 100 }, () => dict.update('a', increment, 1)))).toHaveLength(100)
    expect(await dict.get('a')).toBe(101)
    expect(await (await manager.array('int32', 2)).add(1, 5)).toBe(5)
    await expect(dict.set('b', sharedArray('int8', 1) as never)).rejects.toMatchObject({ code: 'TROUPE_NOT_SERIALIZABLE' })
    await manager.close()
    const closed = await near.connect(wsConnector(await listen(far), { secret }))
    await expect(createManager(near, { on: closed })).rejects.toMatchObject({
      code: 'TROUPE_START_FAILED',
      cause: { code: 'TROUPE_NOT_OFFERED' },
    })
  })

  it('is found by name, with its named objects and its registered classes', async () => {
    await using far = system('far')
    await using near = system('near')
    const theirs = await createManager(far)
    far.register('shared', theirs.ref)
    await (await theirs.register('Account', Account, { methods: ['deposit'] })).dict([['a', 1]], { name: 'scores' })
    const node = await near.connect(wsConnector(await listen(far), { secret }))
    const ours = openManager(node.lookup('shared'))
    const scores = await ours.dict<string, number>([], { name: 'scores' })
    expect(await scores.batch((dict) => [dict.get('a'), dict.set('b', 2), dict.size()])).toEqual([1, undefined, 2])
    const account = await ours.create<Pick<Account, 'deposit'>>('Account', 10)
    expect(await account.deposit(5)).toBe(15)
    await expect((account as unknown as Account as { close(): unknown }).close()).rejects.toMatchObject({
      code: 'TROUPE_METHOD_NOT_EXPOSED',
    })
    expect(await (await theirs.dict<string, number>([], { name: 'scores' })).get('b')).toBe(2)
  })

  it('hands out locks and queues, and takes back what a lost machine held', async () => {
    await using far = system('far')
    const near = system('near')
    const theirs = await createManager(far)
    far.register('shared', theirs.ref)
    const node = await near.connect(wsConnector(await listen(far), { secret }))
    const ours = openManager(node.lookup('shared'))
    const [lock, queue] = [await ours.lock('a'), await ours.queue<number>('jobs')]
    const lease = await lock.acquire()
    const next = (await theirs.lock('a')).acquire()
    expect(await (await theirs.lock('a')).tryAcquire()).toBeNull()
    await queue.put(1)
    expect(await (await theirs.queue<number>('jobs')).get()).toBe(1)
    await near.shutdown()
    expect((await next).token).toBeGreaterThan(lease.token)
  })

  it('stays closed to who does not know the secret', async () => {
    await using far = system('far')
    await using near = system('near')
    const address = await listen(far, { offer: [ManagerDefinition] })
    await expect(near.connect(wsConnector(address, { secret: 'something else entirely' }))).rejects.toMatchObject({
      code: 'TROUPE_AUTHENTICATION',
    })
  })

  it('is there again when its link is: by name with all that it has, while what was held is released', async () => {
    await using far = system('far')
    await using near = system('near')
    const theirs = await createManager(far)
    far.register('shared', theirs.ref)
    await using wire = await Wire.to(new URL(await listen(far)).port)
    const node = await near.connect(wsConnector(wire.address, { secret, reconnect: { min: 5, max: 20 } }))
    const ours = openManager(node.lookup('shared'))
    const dict = await ours.dict<string, number>([['a', 1]], { name: 'scores' })
    const lease = await (await ours.lock('a')).acquire()
    const next = (await theirs.lock('a')).acquire()
    const reaches = (wanted: string): Promise<void> =>
      new Promise((resolve) => near.nodes.subscribe(({ state }) => state === wanted && resolve()))
    const down = reaches('down')
    wire.cut()
    await down
    expect((await next).token).toBeGreaterThan(lease.token)
    await expect(lease.release()).rejects.toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
    await reaches('up')
    expect(await (await ours.dict<string, number>([], { name: 'scores' })).get('a')).toBe(1)
    // Handles are of the link that they came over: the manager is looked up anew, and gives new ones.
    await expect(dict.get('a')).rejects.toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', reason: { kind: 'disconnected' } })
  })

  it('rejects all that is pending at once when its link is lost', async () => {
    const far = system('far')
    await using near = system('near')
    const node = await near.connect(wsConnector(await listen(far, { offer: [ManagerDefinition] }), { secret }))
    const manager = await createManager(near, { on: node })
    const dict = await manager.dict<string, number>()
    const pending = Array.from({ length: 64 }, () => dict.get('a'))
    const settled = Promise.allSettled(pending)
    await far.shutdown()
    await settled
    await node.exited
    await expect(dict.get('a')).rejects.toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
    await expect(manager.list()).rejects.toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
  })
})
