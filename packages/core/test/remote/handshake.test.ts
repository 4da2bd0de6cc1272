import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../src/base/manual-clock.ts'
import { seededRandom } from '../../src/base/random.ts'
import { toNodeId } from '../../src/model/address.ts'
import { HELLO_LIMIT, PROTOCOL_VERSION, decodeHandshake, encodeHello, encodeRefusal } from '../../src/remote/hello.ts'
import { msgpackCodec } from '../../src/serialization/msgpack-codec.ts'
import { memoryTransport } from '../../src/transport/memory-transport.ts'
import { FakeNode, connect, pair, settle } from './fake-node.ts'
import { rawPair } from './raw-peer.ts'

const hello = { version: PROTOCOL_VERSION, id: toNodeId('shop', 'V1StGXR8'), name: 'shop', codec: 'msgpack-1', window: 4_194_304 }

describe('hello', () => {
  it('comes back as it was written, also with names that are not ASCII', () => {
    expect(decodeHandshake(encodeHello(hello))).toEqual({ kind: 'hello', hello })
    const other = { ...hello, name: 'Lädchen 🛒', window: 0xffff_ffff }
    expect(decodeHandshake(encodeHello(other))).toEqual({ kind: 'hello', hello: other })
  })

  it('fits its limit with the longest names, a nonce and a key id', () => {
    const longest = encodeHello({
      ...hello,
      id: toNodeId('n'.repeat(149), 'incarnate0'),
      name: 'n'.repeat(128),
      codec: 'c'.repeat(32),
      nonce: new Uint8Array(32),
      keyId: new Uint8Array(4),
    })
    expect(longest.length).toBeLessThanOrEqual(HELLO_LIMIT)
    expect(() => encodeHello({ ...hello, name: 'ä'.repeat(65) })).toThrow(RangeError)
  })

  it('skips records of its extension that it does not know, and refuses those that are cut off, doubled or of a wrong length', () => {
    const plain = encodeHello(hello)
    const extended = (extension: readonly number[]) =>
      decodeHandshake(Uint8Array.of(...plain.subarray(0, -1), extension.length, ...extension))
    const nonce = Array.from({ length: 32 }, (_, n) => n)
    expect(extended([9, 3, 1, 2, 3, 8, 0])).toEqual({ kind: 'hello', hello })
    expect(extended([9, 1, 0, 1, 32, ...nonce])).toEqual({ kind: 'hello', hello: { ...hello, nonce: Uint8Array.from(nonce) } })
    for (const bad of [[9], [9, 4, 1], [1, 31, ...nonce.slice(1)], [2, 3, 1, 2, 3], [2, 4, 1, 2, 3, 4, 2, 4, 1, 2, 3, 4]])
      expect(extended(bad).kind).toBe('malformed')
  })

  it('reads a refusal of any version, cut to its limit', () => {
    expect(decodeHandshake(encodeRefusal('not today'))).toMatchObject({ kind: 'refusal', problem: 'not today' })
    const long = decodeHandshake(encodeRefusal('x'.repeat(10_000)))
    expect(long).toMatchObject({ kind: 'refusal', problem: 'x'.repeat(400) })
  })

  it('never throws on frames that are cut, changed or made up', () => {
    const random = seededRandom(7)
    const good = encodeHello(hello)
    for (let length = 0; length < good.length; length++) expect(decodeHandshake(good.subarray(0, length)).kind).toBe('malformed')
    for (let round = 0; round < 5_000; round++) {
      const bytes = round % 2 === 0 ? good.slice() : Uint8Array.from({ length: Math.floor(random() * 600) }, () => random() * 256)
      for (let change = 0; change < 3 && bytes.length > 0; change++) bytes[Math.floor(random() * bytes.length)] = random() * 256
      expect(() => decodeHandshake(bytes)).not.toThrow()
    }
    expect(decodeHandshake(new Uint8Array(513).fill(1)).kind).toBe('malformed')
  })
})

describe('handshake', () => {
  it('tells both ends who the other one is', async () => {
    const { left, right, toRight, toLeft } = await pair()
    expect([toRight.id, toRight.name, toRight.state]).toEqual([right.id, 'right', 'open'])
    expect([toLeft.id, toLeft.name, toLeft.state]).toEqual([left.id, 'left', 'open'])
  })

  it('hands the session over before the first message is taken in', async () => {
    const clock = new ManualClock()
    const order: string[] = []
    const right = new FakeNode('right', clock)
    right.shutdownRequested = () => void order.push('message')
    const { raw, opening } = await rawPair(right, { opened: () => order.push('opened') })
    raw.hello()
    raw.send(4, [36], { kind: 'normal' })
    await opening
    await settle()
    expect(order).toEqual(['opened', 'message'])
  })

  it('refuses another protocol version, and says so', async () => {
    const { raw, opening } = await rawPair(new FakeNode('node', new ManualClock()))
    raw.hello({ version: 9 })
    await expect(opening).rejects.toMatchObject({
      code: 'TROUPE_HANDSHAKE',
      message: expect.stringContaining('version 9') as string,
    })
    await settle()
    const [first = new Uint8Array()] = raw.frames
    expect(decodeHandshake(first)).toEqual({
      kind: 'refusal',
      problem: 'we speak protocol version 1, not 9',
      about: 'agreement',
    })
    expect(raw.ends).toHaveLength(1)
  })

  it('rejects at both ends when the codecs differ', async () => {
    const clock = new ManualClock()
    const other = { ...msgpackCodec, name: 'json-1' }
    const transport = memoryTransport()
    const opening = connect(transport, new FakeNode('left', clock, other), new FakeNode('right', clock))
    await expect(opening).rejects.toMatchObject({
      code: 'TROUPE_HANDSHAKE',
      message: expect.stringContaining('msgpack-1') as string,
    })
    await settle()
    expect(transport.open).toBe(0)
    expect(clock.pending).toBe(0)
  })

  it('refuses a node that calls itself', async () => {
    const node = new FakeNode('node', new ManualClock())
    await expect(connect(memoryTransport(), node, node)).rejects.toMatchObject({ code: 'TROUPE_HANDSHAKE' })
  })

  it('rejects when the other end refuses', async () => {
    const { raw, opening } = await rawPair(new FakeNode('node', new ManualClock()), { role: 'dialer' })
    await settle()
    expect(decodeHandshake(raw.frames[0] ?? new Uint8Array()).kind).toBe('hello')
    raw.link.send(encodeRefusal('closed on Sundays'))
    await expect(opening).rejects.toThrow('closed on Sundays')
  })

  it('ends after 5 s without an answer, and leaves no timer', async () => {
    const clock = new ManualClock()
    const { raw, opening } = await rawPair(new FakeNode('node', clock), { role: 'dialer' })
    await clock.advance(4_999)
    expect(raw.ends).toEqual([])
    await clock.advance(1)
    await expect(opening).rejects.toThrow('within 5000 ms')
    await settle()
    expect(raw.ends).toHaveLength(1)
    expect(clock.pending).toBe(0)
  })

  it('ends when the link does, with its reason', async () => {
    const clock = new ManualClock()
    const { raw, opening } = await rawPair(new FakeNode('node', clock))
    raw.link.close({ kind: 'exit', code: 3 })
    await expect(opening).rejects.toThrow('exit (code 3)')
    expect(clock.pending).toBe(0)
  })

  it('rejects garbage, frames of other kinds and oversized ones at once', async () => {
    for (const frame of [
      new Uint8Array(0),
      Uint8Array.of(3, 1, 2),
      new Uint8Array(513).fill(1),
      Uint8Array.of(71, 69, 84, 32, 47),
    ]) {
      const { raw, opening } = await rawPair(new FakeNode('node', new ManualClock()))
      raw.link.send(frame)
      await expect(opening).rejects.toMatchObject({ code: 'TROUPE_HANDSHAKE' })
    }
  })

  it('rejects a node whose own name does not fit', async () => {
    const clock = new ManualClock()
    const opening = connect(memoryTransport(), new FakeNode('n'.repeat(200), clock), new FakeNode('right', clock))
    await expect(opening).rejects.toThrow('at most')
  })

  it('checks its options', async () => {
    const node = new FakeNode('node', new ManualClock())
    await expect((await rawPair(node, { window: 0 })).opening).rejects.toThrow('window takes a number above 0, not 0')
    await expect((await rawPair(node, { heartbeat: { interval: -1 } })).opening).rejects.toThrow('heartbeat.interval')
  })
})
