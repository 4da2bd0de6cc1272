/**
 * The secret that both ends of a link know. It comes from the environment: other users of a machine can read the arguments
 * of its programs.
 */
import { UsageError } from './usage-error.ts'

export const SECRET_VARIABLE = 'TROUPE_SECRET'
const SHORTEST = 16

/** Throws UsageError, which does not say what the secret is. */
export function secretFrom(environment: NodeJS.ProcessEnv): string {
  const secret = environment[SECRET_VARIABLE] ?? ''
  if (secret === '') throw new UsageError(`${SECRET_VARIABLE} is not set: it holds the secret that both machines know`)
  if (secret.length >= SHORTEST) return secret
  throw new UsageError(`${SECRET_VARIABLE} has ${secret.length} characters, expected ${SHORTEST} or more`)
}
