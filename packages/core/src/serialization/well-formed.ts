/**
 * Which strings UTF-8 can carry, and which bytes are UTF-8.
 */

/** ES2024, in every engine that Troupe supports; TypeScript's ES2023 library does not list it. */
interface WellFormedText {
  isWellFormed(): boolean
}

/** True when `text` has no lone surrogate. */
export function isWellFormed(text: string): boolean {
  // Safe: every supported engine has the method on strings.
  return (text as unknown as WellFormedText).isWellFormed()
}

/** True when the bytes from `start` to `end` are UTF-8 as RFC 3629 has it: nothing overlong, no surrogates. Allocates nothing. */
export function isUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start
  while (at < end) {
    const lead = bytes[at++] ?? 0
    if (lead < 0x80) continue
    const more = lead < 0xc2 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf5 ? 3 : 0
    if (more === 0 || more > end - at) return false
    const next = bytes[at] ?? 0
    if (lead === 0xe0 && next < 0xa0) return false
    if (lead === 0xed && next >= 0xa0) return false
    if (lead === 0xf0 && next < 0x90) return false
    if (lead === 0xf4 && next >= 0x90) return false
    for (const last = at + more; at < last; at++) if (((bytes[at] ?? 0) & 0xc0) !== 0x80) return false
  }
  return true
}
