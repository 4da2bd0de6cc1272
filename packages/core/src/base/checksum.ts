/**
 * The checksum xxHash32 (Y. Collet, "xxHash fast digest algorithm"): finds bytes that changed by accident, not by intent. It
 * always finds a change within one aligned word of four bytes, and any other one but once in 2^32. In JavaScript it is
 * several times as fast as a table-driven CRC-32: four lanes of multiplications instead of a lookup for each byte.
 */

const PRIME_1 = 0x9e37_79b1 | 0
const PRIME_2 = 0x85eb_ca77 | 0
const PRIME_3 = 0xc2b2_ae3d | 0
const PRIME_4 = 0x27d4_eb2f
const PRIME_5 = 0x1656_67b1

/** An unsigned number of 32 bits: of all bytes, their number, and the seed. */
export function checksum(bytes: Uint8Array, seed = 0): number {
  const { length } = bytes
  const view = new DataView(bytes.buffer, bytes.byteOffset, length)
  let at = 0
  let hash = (seed + PRIME_5) | 0
  if (length >= 16) {
    let one = (seed + PRIME_1 + PRIME_2) | 0
    let two = (seed + PRIME_2) | 0
    let three = seed | 0
    let four = (seed - PRIME_1) | 0
    for (const last = length - 16; at <= last; at += 16) {
      one = round(one, view.getInt32(at, true))
      two = round(two, view.getInt32(at + 4, true))
      three = round(three, view.getInt32(at + 8, true))
      four = round(four, view.getInt32(at + 12, true))
    }
    hash = (rotate(one, 1) + rotate(two, 7) + rotate(three, 12) + rotate(four, 18)) | 0
  }
  hash = (hash + length) | 0
  for (; at + 4 <= length; at += 4) {
    const mixed = (hash + Math.imul(view.getInt32(at, true), PRIME_3)) | 0
    hash = Math.imul(rotate(mixed, 17), PRIME_4)
  }
  for (; at < length; at++) {
    const mixed = (hash + Math.imul(view.getUint8(at), PRIME_5)) | 0
    hash = Math.imul(rotate(mixed, 11), PRIME_1)
  }
  hash = Math.imul(hash ^ (hash >>> 15), PRIME_2)
  hash = Math.imul(hash ^ (hash >>> 13), PRIME_3)
  return (hash ^ (hash >>> 16)) >>> 0
}

function round(lane: number, word: number): number {
  return Math.imul(rotate((lane + Math.imul(word, PRIME_2)) | 0, 13), PRIME_1)
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by))
}
