/**
 * How frames are laid out, for the two who write and read them.
 *
 *     frame   u32 body length, little-endian · body · blobs · zeros
 *     body    one MessagePack list of entries
 *     entry   [...header, payload]  or  [...header, table, marker]; without the header where it is that of the entry before
 */

export const LENGTH_BYTES = 4

/** The list of entries, and each entry, are containers around what a reader calls nesting. */
export const OUTER_DEPTH = 2

/** Nesting that a reader takes from a peer, unless it is said. */
export const DEFAULT_MAX_DEPTH = 64

/** A MessagePack list without values, as one token; with up to 15 its count is in the lower bits. */
export const EMPTY_LIST = 0x90

/** Behind a table, as a token. */
export const MARKER = 0xc1

export function readUint32(bytes: Uint8Array): number {
  return ((bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8) | ((bytes[2] ?? 0) << 16) | ((bytes[3] ?? 0) << 24)) >>> 0
}

export function writeUint32(bytes: Uint8Array, value: number): void {
  for (let byte = 0; byte < LENGTH_BYTES; byte++) bytes[byte] = value >>> (byte * 8)
}

/** Bytes before the values of a list with so many. */
export function listHeadLength(count: number): number {
  return count < 0x10 ? 1 : count < 0x10000 ? 3 : 5
}

export function writeListHead(bytes: Uint8Array, at: number, count: number): void {
  const size = listHeadLength(count)
  bytes[at] = size === 1 ? EMPTY_LIST | count : size === 3 ? 0xdc : 0xdd
  for (let byte = 1; byte < size; byte++) bytes[at + byte] = count >>> ((size - 1 - byte) * 8)
}
