import { describe, expect, it } from 'vitest'
import type { Link } from '../../src/model/link.ts'
import { CreditMeter } from '../../src/remote/credit-meter.ts'
import { DataLane } from '../../src/remote/data-lane.ts'
import { createFrames } from '../../src/remote/frame.ts'
import type { FrameEncoder } from '../../src/serialization/codec.ts'

/** Writes each entry as one byte, its payload. */
function byteEncoder(): FrameEncoder {
  let bytes: number[] = []
  return {
    get size() {
      return bytes.length
    },
    get count() {
      return bytes.length
    },
    push: (_header, payload) => void bytes.push(Number(payload)),
    take: () => {
      const frame = Uint8Array.from(bytes)
      bytes = []
      return frame
    },
  }
}

class FakeLink implements Link {
  readonly peer = 'fake'
  readonly frames: number[][] = []
  writable = true

  open(): void {}

  send(frame: Uint8Array): boolean {
    this.frames.push([...frame.subarray(1)])
    return this.writable
  }

  close(): void {}
}

function lane(credit: number): { link: FakeLink; lane: DataLane; push(...bytes: number[]): void } {
  const link = new FakeLink()
  const options = { credit, softLimit: 10, hardLimit: 20, pressure: () => undefined, failed: () => undefined }
  const made = new DataLane(createFrames(link, 'fake', 'trusted'), byteEncoder(), options)
  return { link, lane: made, push: (...bytes) => bytes.forEach((byte) => made.push([], byte, 'byte')) }
}

const turn = (): Promise<void> => Promise.resolve()

describe('data lane', () => {
  it('makes one frame of one turn', async () => {
    const { link, push } = lane(100)
    push(1, 2, 3)
    expect(link.frames).toEqual([])
    await turn()
    push(4)
    await turn()
    expect(link.frames).toEqual([[1, 2, 3], [4]])
  })

  it('seals a batch of 1 024 entries at once', async () => {
    const { link, push } = lane(10_000)
    for (let n = 0; n < 1_500; n++) push(n % 256)
    expect(link.frames.map((frame) => frame.length)).toEqual([1_024])
    await turn()
    expect(link.frames.map((frame) => frame.length)).toEqual([1_024, 476])
  })

  it('sends nothing between a full link and its drain, and one batch then', async () => {
    const { link, lane: data, push } = lane(100)
    link.writable = false
    push(1)
    await turn()
    push(2)
    await turn()
    push(3)
    await turn()
    expect(link.frames).toEqual([[1]])
    expect(data.handed(1)).toBe(true)
    expect(data.handed(2)).toBe(false)
    link.writable = true
    data.drain()
    expect(link.frames).toEqual([[1], [2, 3]])
    expect(data.handed(3)).toBe(true)
  })

  it('sends nothing without credit, and one frame beyond it', async () => {
    const { link, lane: data, push } = lane(3)
    push(1, 2, 3, 4, 5, 6)
    await turn()
    push(7)
    await turn()
    expect(link.frames).toEqual([[1, 2, 3, 4, 5, 6]])
    data.grant(4)
    expect(link.frames).toHaveLength(1) // 7 bytes are gone, 7 were allowed
    data.grant(1)
    expect(link.frames).toEqual([[1, 2, 3, 4, 5, 6], [7]])
  })

  it('forgets what waits when it is stopped', async () => {
    const { link, lane: data, push } = lane(1)
    push(1, 2)
    await turn()
    push(3)
    data.stop()
    data.grant(100)
    await turn()
    push(4)
    await turn()
    expect(link.frames).toEqual([[1, 2]])
  })
})

describe('credit meter', () => {
  function meter(): { meter: CreditMeter; grants: number[] } {
    const grants: number[] = []
    return { meter: new CreditMeter('peer', 1_000, (bytes) => grants.push(bytes)), grants }
  }

  it('grants when a quarter of the window is due', () => {
    const { meter: credits, grants } = meter()
    for (let frame = 0; frame < 6; frame++) {
      credits.frameComes(100)
      credits.frameDone(100, 5)
    }
    expect(grants).toEqual([300, 300])
  })

  it('keeps the share of messages that wait, until they are accepted or given up', async () => {
    const { meter: credits, grants } = meter()
    credits.frameComes(1_000)
    let accept = (): void => undefined
    credits.wait(new Promise((resolve) => (accept = resolve)))
    credits.wait(Promise.reject(new Error('gone')))
    credits.frameDone(1_000, 4)
    expect(grants).toEqual([500])
    await turn()
    await turn()
    expect(grants).toEqual([500, 250])
    accept()
    await turn()
    await turn()
    expect(grants).toEqual([500, 250, 250])
  })
})
