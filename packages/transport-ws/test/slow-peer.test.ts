/**
 * A peer whose program reads nothing for a while, over a real socket: what waits is bounded, senders are asked to wait, and what
 * ends an actor does not stand in line behind its messages.
 */
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { type System, actor, createSystem, silentLog } from '@troupe/core'
import { describe, expect, it } from 'vitest'
import { wsConnector, wsListener } from '../src/index.ts'
import { httpServer, secret } from './ends.ts'

const CHUNK = 65_536
/** The window and the soft limit of a link, its high-water mark, and what the operating system buffers at both ends. */
const BOUND = 4_194_304 + 1_048_576 + 1_048_576 + 8_388_608
/** More than any of that: it would never end if nobody said stop. */
const TOO_MANY = 1_000

const Sink = actor({
  name: 'Sink',
  setup() {
    let next = 0
    return {
      take(n: number, _chunk: Uint8Array) {
        if (n !== next) throw new Error(`${n} came where ${next} was due`)
        next++
      },
      taken: () => next,
    }
  },
})

/** Two systems, and the socket at which the far one reads. */
async function machines() {
  const http = await httpServer()
  const near: System = createSystem({ name: 'near', log: silentLog })
  const far: System = createSystem({ name: 'far', log: silentLog })
  const called = once(http.server, 'connection')
  const { address } = await far.listen(wsListener({ server: http.server, secret, offer: [Sink] }))
  const node = await near.connect(wsConnector(address, { secret }))
  // Safe: what the event carries.
  const [socket] = (await called) as [Socket]
  const sink = near.spawn(Sink, [], { on: node })
  await sink.ready
  return {
    socket,
    sink,
    async [Symbol.asyncDispose]() {
      await near.shutdown()
      await far.shutdown()
      await http[Symbol.asyncDispose]()
    },
  }
}

describe('a peer that reads nothing', () => {
  it('has its senders wait, bounds what waits for it, and gets all of it in order once it reads', async () => {
    await using m = await machines()
    m.socket.pause()
    let sent = 0
    let room: void | PromiseLike<void> = undefined
    while (room === undefined && sent < TOO_MANY) {
      room = m.sink.tell('take', sent++, new Uint8Array(CHUNK))
      if (sent % 8 === 0) await new Promise<void>((resolve) => void setImmediate(resolve))
    }
    expect(sent * CHUNK).toBeLessThan(BOUND)
    expect(room).toBeDefined()
    m.socket.resume()
    await room
    expect(await m.sink.ask('taken')).toBe(sent)
  })

  it('hears of a kill before the messages that waited longer', async () => {
    await using m = await machines()
    m.socket.pause()
    let room: void | PromiseLike<void> = undefined
    for (let n = 0; n < TOO_MANY && room === undefined; n++) room = m.sink.tell('take', n, new Uint8Array(CHUNK))
    const behind = m.sink
      .with({ timeout: Infinity })
      .ask('taken')
      .catch((error: unknown) => error)
    m.sink.kill()
    m.socket.resume()
    expect(await m.sink.exited).toEqual({ kind: 'killed' })
    expect(await behind).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', reason: { kind: 'killed' } })
    await room
  })
})
