/**
 * Which strings UTF-8 can carry: those without lone surrogates.
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
