import { describe, expect, it } from 'vitest'
import { Assembler, LONGEST_FRAME, MessageFault, toLimit, toMessages } from '../src/chunks.ts'

/** Repeats itself for a seed (mulberry32). */
function seeded(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

function bytes(length: number, random: (below: number) => number): Uint8Array {
  return Uint8Array.from({ length }, () => random(256))
}

const header = (kind: number, number: number): Uint8Array => {
  const message = new Uint8Array(5)
  message[0] = kind
  new DataView(message.buffer).setUint32(1, number, true)
  return message
}

const isSame = (one: Uint8Array | undefined, other: Uint8Array): boolean => one !== undefined && Buffer.compare(one, other) === 0

describe('frames in messages', () => {
  it('come out as they went in, whatever their lengths and limits', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = seeded(seed)
      const limit = 1_024 + random(60_000)
      const frames = Array.from({ length: 12 }, () => bytes(1 + random(random(4) === 0 ? 200_000 : 2_000), random))
      const assembler = new Assembler(() => undefined)
      const messages = frames.flatMap((frame) => toMessages(frame, limit))
      const out = messages.flatMap((message) => assembler.push(message) ?? [])
      expect(Math.max(...messages.map(({ length }) => length)), `seed ${seed}`).toBeLessThanOrEqual(limit)
      expect(out.length, `seed ${seed}`).toBe(frames.length)
      frames.forEach((frame, index) => expect(isSame(out[index], frame), `seed ${seed}, frame ${index}`).toBe(true))
    }
  })

  it.each([1, 1_023, 1_024, 16_383, 16_384, 16_385, 65_536, 4_194_304, 4_194_305])('hold at the edge of %i bytes', (length) => {
    for (const limit of [1_024, 16_384, 4_194_304]) {
      const frame = new Uint8Array(length).fill(7)
      const assembler = new Assembler(() => undefined)
      const out = toMessages(frame, limit).flatMap((message) => assembler.push(message) ?? [])
      expect(out.map((one) => isSame(one, frame))).toEqual([true])
    }
  })

  it('are not copied when they are long and fit one message', () => {
    const frame = new Uint8Array(1_000_000)
    const messages = toMessages(frame, 4_194_304)
    expect(messages.map(({ length }) => length)).toEqual([5, 1_000_000])
    expect(messages[1]?.buffer).toBe(frame.buffer)
    const assembler = new Assembler(() => undefined)
    expect(messages.map((message) => assembler.push(message)?.buffer)).toEqual([undefined, frame.buffer])
  })

  it('tell the limit once, and first', () => {
    const limits: number[] = []
    const assembler = new Assembler((limit) => limits.push(limit))
    expect(assembler.push(toLimit(65_536))).toBeNull()
    expect(limits).toEqual([65_536])
    expect(() => assembler.push(toLimit(65_536))).toThrow('does not come first')
  })

  it('cost the receiver only what has come of them', () => {
    const assembler = new Assembler(() => undefined)
    const before = process.memoryUsage().arrayBuffers
    assembler.push(header(1, LONGEST_FRAME))
    for (let index = 0; index < 1_000; index++) assembler.push(new Uint8Array(1)) // never whole
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000)
  })

  it('are refused by name where no link would send them', () => {
    const cases: readonly (readonly [messages: readonly Uint8Array[], problem: string, isTooLong?: boolean])[] = [
      [[new Uint8Array(0)], 'without bytes'],
      [[new Uint8Array([0])], 'a frame without bytes'],
      [[new Uint8Array([3, 1])], 'of kind 3'],
      [[new Uint8Array([255])], 'of kind 255'],
      [[new Uint8Array([1])], 'a header of 1 bytes'],
      [[new Uint8Array([1, 1, 0, 0, 0, 0])], 'a header of 6 bytes'],
      [[header(1, 0)], 'a frame without bytes'],
      [[header(1, LONGEST_FRAME + 1)], 'at most', true],
      [[header(1, 0xffff_ffff)], '4294967295', true],
      [[header(1, 10), new Uint8Array(0)], 'without bytes'],
      [[header(1, 10), new Uint8Array(11)], '11 bytes of a frame of 10'],
      [[header(1, 10), new Uint8Array(9), new Uint8Array(2)], '11 bytes of a frame of 10'],
      [[header(2, 1_023)], 'a limit of 1023'],
      [[new Uint8Array([2, 0, 0])], 'a header of 3 bytes'],
      [[new Uint8Array([0, 1]), header(2, 65_536)], 'does not come first'],
    ]
    for (const [messages, problem, isTooLong = false] of cases) {
      const assembler = new Assembler(() => undefined)
      const push = (): void => messages.forEach((message) => void assembler.push(message))
      expect(push).toThrow(problem)
      const fresh = new Assembler(() => undefined)
      try {
        messages.forEach((message) => void fresh.push(message))
      } catch (error) {
        expect(error).toBeInstanceOf(MessageFault)
        expect(error).toHaveProperty('isTooLong', isTooLong)
      }
    }
  })

  it('survive any bytes: a fault, or frames, and nothing else', () => {
    for (let seed = 1; seed <= 2_000; seed++) {
      const random = seeded(seed)
      const assembler = new Assembler(() => undefined)
      try {
        for (let index = 0; index < 20; index++) {
          const message = bytes(random(12), random)
          if (message.length > 0) message[0] = random(4)
          const frame = assembler.push(message)
          if (frame !== null) expect(frame.length).toBeGreaterThan(0)
        }
      } catch (error) {
        if (!(error instanceof MessageFault)) throw error
      }
    }
  })
})
