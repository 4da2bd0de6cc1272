import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../src/base/manual-clock.ts'
import type { ExitReason } from '../../src/model/exit-reason.ts'
import type { Link } from '../../src/model/link.ts'
import { type MemoryTransport, type MemoryTransportOptions, memoryTransport } from '../../src/transport/memory-transport.ts'

interface End {
  readonly link: Link
  readonly frames: number[][]
  readonly closed: ExitReason[]
  drains: number
}

function end(link: Link): End {
  const made: End = { link, frames: [], closed: [], drains: 0 }
  link.open({
    frame: (bytes) => made.frames.push([...bytes.subarray(0, 8)]),
    drain: () => void made.drains++,
    closed: (reason) => made.closed.push(reason),
  })
  return made
}

async function dial(transport: MemoryTransport): Promise<[Link, Link]> {
  const accepted: Link[] = []
  const listening = await transport.listener.listen((link) => accepted.push(link))
  const near = await transport.connector.connect(new AbortController().signal)
  await listening.close()
  const [far] = accepted
  if (far === undefined) throw new Error('nobody accepted')
  return [near, far]
}

async function pair(options: MemoryTransportOptions = {}): Promise<{ near: End; far: End; transport: MemoryTransport }> {
  const transport = memoryTransport(options)
  const [near, far] = await dial(transport)
  return { near: end(near), far: end(far), transport }
}

async function turns(count = 6): Promise<void> {
  for (let n = 0; n < count; n++) await turn()
}

describe('memory transport', () => {
  it('moves frames both ways, in the order sent, in a later turn', async () => {
    const { near, far } = await pair()
    for (let n = 0; n < 100; n++) near.link.send(Uint8Array.of(n))
    far.link.send(Uint8Array.of(7))
    expect(far.frames).toEqual([])
    await turns()
    expect(far.frames).toEqual(Array.from({ length: 100 }, (_, n) => [n]))
    expect(near.frames).toEqual([[7]])
  })

  it('copies each frame', async () => {
    const { near, far } = await pair()
    const frame = Uint8Array.of(1, 2, 3)
    near.link.send(frame)
    frame.fill(9)
    await turns()
    expect(far.frames).toEqual([[1, 2, 3]])
  })

  it('keeps frames and the end for a link that is not open yet', async () => {
    const [near, far] = await dial(memoryTransport())
    const dialer = end(near)
    near.send(Uint8Array.of(1))
    near.close({ kind: 'shutdown' })
    await turns()
    const acceptor = end(far)
    await turns()
    expect(acceptor.frames).toEqual([[1]])
    expect(acceptor.closed).toEqual([{ kind: 'shutdown' }])
    expect(dialer.closed).toEqual([{ kind: 'shutdown' }])
  })

  it('takes its time, and keeps the order all the same', async () => {
    const clock = new ManualClock()
    const { near, far } = await pair({ latency: [10, 50], clock })
    for (let n = 0; n < 50; n++) near.link.send(Uint8Array.of(n))
    await clock.advance(9)
    expect(far.frames).toEqual([])
    await clock.advance(41)
    expect(far.frames).toEqual(Array.from({ length: 50 }, (_, n) => [n]))
  })

  it('says when to wait and when to go on', async () => {
    const { near, far } = await pair()
    const large = new Uint8Array(400_000)
    expect([near.link.send(large), near.link.send(large), near.link.send(large)]).toEqual([true, true, false])
    await turns()
    expect(far.frames).toHaveLength(3)
    expect(near.drains).toBe(1)
    expect(near.link.send(large)).toBe(true)
    await turns()
    expect(near.drains).toBe(1)
  })

  it('delivers what was sent before a close, then tells both ends, once and last', async () => {
    const { near, far, transport } = await pair()
    near.link.send(Uint8Array.of(1))
    near.link.close({ kind: 'exit', code: 3 })
    near.link.close({ kind: 'killed' })
    near.link.send(Uint8Array.of(2))
    far.link.send(Uint8Array.of(3))
    await turns()
    expect(far.frames).toEqual([[1]])
    expect(far.closed).toEqual([{ kind: 'exit', code: 3 }])
    expect(near.frames).toEqual([])
    expect(near.closed).toEqual([{ kind: 'exit', code: 3 }])
    expect(transport.open).toBe(0)
    far.link.close()
    expect(far.link.send(Uint8Array.of(4))).toBe(true)
    await turns()
    expect(far.closed).toHaveLength(1)
  })

  it('tells each end once when both close at the same time', async () => {
    const { near, far, transport } = await pair()
    near.link.close({ kind: 'shutdown' })
    far.link.close({ kind: 'killed' })
    await turns()
    expect([near.closed, far.closed]).toEqual([[{ kind: 'shutdown' }], [{ kind: 'killed' }]])
    expect(transport.open).toBe(0)
  })

  it('cuts: what is on its way is lost, and both ends hear disconnected', async () => {
    const { near, far, transport } = await pair()
    near.link.send(Uint8Array.of(1))
    transport.cut()
    await turns()
    expect(far.frames).toEqual([])
    expect([near.closed, far.closed]).toMatchObject([[{ kind: 'disconnected' }], [{ kind: 'disconnected' }]])
    expect(transport.open).toBe(0)
  })

  it('falls silent both ways in a partition, and delivers everything when it heals', async () => {
    const { near, far, transport } = await pair()
    near.link.send(Uint8Array.of(0))
    transport.partition()
    near.link.send(Uint8Array.of(1))
    far.link.send(Uint8Array.of(2))
    near.link.close()
    await turns()
    expect([near.frames, far.frames, far.closed]).toEqual([[], [], []])
    expect(near.closed).toEqual([{ kind: 'normal' }])
    transport.heal()
    await turns()
    expect(far.frames).toEqual([[0], [1]])
    expect(far.closed).toEqual([{ kind: 'normal' }])
  })

  it('can be silent from the start', async () => {
    const { near, far, transport } = await pair({ partition: true })
    near.link.send(Uint8Array.of(1))
    await turns()
    expect(far.frames).toEqual([])
    transport.heal()
    await turns()
    expect(far.frames).toEqual([[1]])
  })

  it('loses the link, never a single frame, and the same one for the same seed', async () => {
    const lost = async (seed: number): Promise<number> => {
      const { near, far, transport } = await pair({ loss: 0.05, seed })
      let sent = 0
      while (near.closed.length === 0 && sent < 1_000) {
        near.link.send(Uint8Array.of(sent++ % 256))
        await turns(2)
      }
      expect(far.closed).toMatchObject([{ kind: 'disconnected' }])
      expect(far.frames).toHaveLength(sent - 1)
      expect(transport.open).toBe(0)
      return sent
    }
    expect(await lost(3)).toBe(await lost(3))
    expect(new Set([await lost(1), await lost(2), await lost(3), await lost(4)]).size).toBeGreaterThan(1)
  })

  it('refuses a call when nobody listens, when it was called off, and a second listener', async () => {
    const transport = memoryTransport()
    await expect(transport.connector.connect(new AbortController().signal)).rejects.toThrow('nobody listens')
    const listening = await transport.listener.listen(() => undefined)
    await expect(transport.listener.listen(() => undefined)).rejects.toThrow('has a listener')
    await expect(transport.connector.connect(AbortSignal.abort(new Error('called off')))).rejects.toThrow('called off')
    await listening.close()
    await expect(transport.connector.connect(new AbortController().signal)).rejects.toThrow('nobody listens')
  })
})
