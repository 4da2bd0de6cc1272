/**
 * The one door to nanoid, and where random names come from. Tests pass their own source.
 */
import { nanoid } from 'nanoid'

/** Makes short ids that nobody else makes. */
export type IdSource = () => string

/** 10 characters of nanoid: 60 bits, from the platform's secure random source. */
export const randomIds: IdSource = () => nanoid(10)
