import { once } from 'node:events'
import { type AddressInfo, Socket, createServer } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { StreamLink } from '../../src/shared/stream-link.ts'
import { writeAtOnce } from '../../src/shared/write-at-once.ts'

interface Ends extends AsyncDisposable {
  readonly near: Socket
  readonly far: Socket
}

async function socketPair(near: Socket = new Socket()): Promise<Ends> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const accepted = once(server, 'connection') as Promise<[Socket]>
  near.connect((server.address() as AddressInfo).port, '127.0.0.1')
  await once(near, 'connect')
  const [far] = await accepted
  server.close()
  return {
    near,
    far,
    async [Symbol.asyncDispose]() {
      const closed = [near, far].filter((end) => !end.closed).map((end) => once(end, 'close'))
      near.destroy()
      far.destroy()
      await Promise.all(closed)
    },
  }
}

describe('a small write', () => {
  it('goes to the kernel at once', async () => {
    await using ends = await socketPair()
    expect(writeAtOnce(ends.near, Buffer.from('hello'))).toBe(5)
    expect(ends.near.writableLength).toBe(0)
    expect(String((await once(ends.far, 'data'))[0])).toBe('hello')
  })

  it('is left to the stream when the kernel is full, when it is large, and when the socket is closed', async () => {
    await using ends = await socketPair()
    const piece = Buffer.alloc(8_192)
    let taken = writeAtOnce(ends.near, piece)
    while (taken === piece.length) taken = writeAtOnce(ends.near, piece)
    expect(taken).toBeLessThan(piece.length)
    expect(writeAtOnce(ends.near, piece)).toBe(0)
    expect(writeAtOnce(ends.far, Buffer.alloc(8_193))).toBe(0)
    ends.far.destroy()
    expect(writeAtOnce(ends.far, piece)).toBe(0)
  })

  it('is left to a stream that has work of its own to do on it', async () => {
    class Scrambling extends Socket {}
    await using ends = await socketPair(new Scrambling())
    expect(writeAtOnce(ends.near, Buffer.from('hello'))).toBe(0)
  })
})

describe('a link over a socket whose reader is slow', () => {
  it('loses nothing and turns nothing around', async () => {
    await using ends = await socketPair()
    const link = new StreamLink(ends.near, { peer: 'reader' })
    link.open({ frame: () => undefined, drain: () => undefined, closed: () => undefined })
    let sent = 0
    while (ends.near.writableLength === 0) {
      link.send(numbered(sent++))
      await turn() // a write of its own for each
    }
    for (let more = 0; more < 100; more++) link.send(numbered(sent++))

    const heard: number[] = []
    const reader = new StreamLink(ends.far, { peer: 'writer' })
    const all = new Promise<void>((resolve) => {
      reader.open({
        frame(bytes) {
          heard.push(Buffer.from(bytes).readUInt32LE())
          if (heard.length === sent) resolve()
        },
        drain: () => undefined,
        closed: () => undefined,
      })
    })
    await all
    expect(heard.findIndex((number, index) => number !== index)).toBe(-1)
  })
})

/** Of some size, so that few fill the kernel, and not of one that divides its room. */
function numbered(number: number): Uint8Array {
  const frame = Buffer.alloc(5_003)
  frame.writeUInt32LE(number)
  return frame
}
