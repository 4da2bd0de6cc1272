import { describe, expect, it } from 'vitest'
import { type Frames, createFrames } from '../../src/remote/frame.ts'

const DATA = 3
const CONTROL = 4

/** Both ends of a link that a test carries frames over. */
function sealed(): { sent: Uint8Array[]; near: Frames; far: Frames; send(lane: number, ...body: number[]): void } {
  const sent: Uint8Array[] = []
  const link = { send: (frame: Uint8Array) => sent.push(frame) > 0 }
  const near = createFrames(link, 'far', 'untrusted')
  const far = createFrames(link, 'near', 'untrusted')
  return { sent, near, far, send: (lane, ...body) => void near.send(near.make(lane, Uint8Array.from(body))) }
}

const BREACH = expect.objectContaining({ code: 'TROUPE_PROTOCOL' }) as unknown

function open(frames: Frames, frame: Uint8Array | undefined): number[] {
  return [...frames.open(frame ?? new Uint8Array(0))]
}

describe('frames between machines', () => {
  it('arrive as they were sent, data and control in one row', () => {
    const { sent, far, send } = sealed()
    send(DATA, 1, 2)
    send(CONTROL)
    send(DATA, 3)
    expect(sent.map((frame) => frame[0])).toEqual([DATA, CONTROL, DATA])
    expect(sent.map((frame) => open(far, frame))).toEqual([[1, 2], [], [3]])
  })

  it('are counted when they are sent, since control overtakes data that waits', () => {
    const { sent, near, far } = sealed()
    const data = near.make(DATA, Uint8Array.of(1))
    const control = near.make(CONTROL, Uint8Array.of(2))
    near.send(control)
    near.send(data)
    expect(sent.map((frame) => open(far, frame))).toEqual([[2], [1]])
  })

  it('are refused when they come twice, out of order, or behind one that was lost', () => {
    for (const order of [[0, 0], [1], [0, 2], [0, 1, 0]]) {
      const { sent, far, send } = sealed()
      for (let n = 0; n < 3; n++) send(n === 1 ? CONTROL : DATA, n)
      const last = order.pop() ?? 0
      for (const index of order) open(far, sent[index])
      expect(() => open(far, sent[last])).toThrow(BREACH)
    }
  })

  it('are refused when any bit of them is wrong, also in their heads', () => {
    const { sent, far, send } = sealed()
    send(DATA, 1, 2, 3, 4, 5)
    const [frame = new Uint8Array(0)] = sent
    for (let bit = 0; bit < frame.length * 8; bit++) {
      const changed = frame.slice()
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(() => open(far, changed)).toThrow(BREACH)
    }
    expect(open(far, frame)).toEqual([1, 2, 3, 4, 5])
  })

  it('are refused when their end is missing', () => {
    const { sent, far, send } = sealed()
    send(DATA, 0, 0, 0, 0)
    for (let length = 1; length < 13; length++) expect(() => open(far, sent[0]?.slice(0, length))).toThrow(BREACH)
  })

  it('say which frame came, and which was due', () => {
    const { sent, far, send } = sealed()
    send(DATA)
    send(DATA)
    expect(() => open(far, sent[1])).toThrow('near broke the protocol: frame 2 came where frame 1 was due')
  })
})

describe('frames to a worker', () => {
  it('carry one byte and their body', () => {
    const sent: Uint8Array[] = []
    const frames = createFrames({ send: (frame) => sent.push(frame) > 0 }, 'worker', 'trusted')
    frames.send(frames.make(DATA, Uint8Array.of(7, 8)))
    expect(sent.map((frame) => [...frame])).toEqual([[DATA, 7, 8]])
    expect(open(frames, sent[0])).toEqual([7, 8])
  })
})
