import { describe, expect, it } from 'vitest'
import { LONGEST_FRAME, type OutFrame, toPieces } from '../../src/shared/frame-format.ts'
import { FrameSplitter } from '../../src/shared/frame-splitter.ts'

const bytes = (length: number, seed = length): Uint8Array => Uint8Array.from({ length }, (_, index) => (index * 31 + seed) & 0xff)
const frame = (length: number, isNote = false): OutFrame => ({ bytes: bytes(length), isNote })
/** Equal for equal frames; one line, which is compared a thousand times faster than a list of bytes. */
const asText = ({ bytes, isNote }: OutFrame): string => `${isNote} ${Buffer.from(bytes).toString('base64')}`
const stream = (frames: readonly OutFrame[]): Uint8Array => new Uint8Array(Buffer.concat(toPieces(frames)))

function split(chunks: readonly Uint8Array[], maxFrame = LONGEST_FRAME) {
  const taken: OutFrame[] = []
  const splitter = new FrameSplitter(maxFrame, (bytes, isNote) => taken.push({ bytes, isNote }))
  for (const chunk of chunks) splitter.push(chunk)
  return { taken, splitter }
}

function cut(whole: Uint8Array, size: number): Uint8Array[] {
  const chunks: Uint8Array[] = []
  for (let at = 0; at < whole.length; at += size) chunks.push(whole.subarray(at, at + size))
  return chunks
}

describe('frame splitter', () => {
  const frames = [
    frame(1),
    frame(0),
    frame(3, true),
    frame(255),
    frame(0, true),
    frame(256),
    frame(70_000),
    frame(4),
    frame(16_384, true),
  ]

  it.each([1, 2, 3, 4, 5, 7, 64, 4_095, 65_536, 1_000_000])('finds every frame in chunks of %i bytes', (size) => {
    const { taken, splitter } = split(cut(stream(frames), size))
    expect(taken.map(asText)).toEqual(frames.map(asText))
    expect(splitter.inFrame).toBe(false)
  })

  it('hands over plain arrays, whose slice is a copy', () => {
    const { taken } = split([Buffer.from(stream([frame(10)]))])
    expect(taken[0]?.bytes.constructor).toBe(Uint8Array)
  })

  it('does not copy a frame that lies within one chunk', () => {
    const whole = stream([frame(100), frame(200)])
    const { taken } = split([whole])
    expect(taken.map(({ bytes }) => bytes.buffer === whole.buffer)).toEqual([true, true])
  })

  it("takes a frame of the largest size and none above, before all of its header's promise has come", () => {
    expect(split([stream([frame(1_000)])], 1_000).taken).toHaveLength(1)
    expect(() => split([stream([frame(1_001)]).subarray(0, 4)], 1_000)).toThrow(
      new RangeError('a frame of 1001 bytes arrived: the limit (maxFrame) is 1000'),
    )
  })

  it('refuses the largest length that a header can say, without room for it', () => {
    expect(() => split([Uint8Array.of(0xff, 0xff, 0xff, 0x7f)], 1_000_000)).toThrow(RangeError)
    expect(() => split([Uint8Array.of(0xff, 0xff, 0xff, 0xff)], 1_000_000)).toThrow(RangeError)
  })

  it.each([1, 3, 4, 5, 103])('knows that a stream that ends after %i bytes ends within a frame', (length) => {
    const { taken, splitter } = split([stream([frame(100)]).subarray(0, length)])
    expect(taken).toEqual([])
    expect(splitter.inFrame).toBe(true)
  })
})

describe('frame format', () => {
  it('writes small frames as one piece, and large ones without a copy', () => {
    const large = bytes(20_000)
    const pieces = toPieces([frame(10), frame(20), { bytes: large, isNote: false }, frame(30)])
    expect(pieces.map((piece) => piece.length)).toEqual([4 + 10 + 4 + 20 + 4, 20_000, 4 + 30])
    expect(pieces[1]).toBe(large)
  })

  it('writes nothing for nothing', () => {
    expect(toPieces([])).toEqual([])
  })
})
