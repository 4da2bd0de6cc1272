/**
 * Checks of single option values, as if nobody had checked them before. A secret is never printed.
 */

/** What is shortest for a secret: 16 characters, at random, are about 96 bits. */
const SHORTEST_SECRET = 16

/** The fields that core reads. `mayLackSecret`: the caller said `insecure: true`. */
export function checkPolicy(who: string, policy: object, mayLackSecret: boolean): void {
  const { secret, offer, authorize, quotas } = policy as Readonly<Record<string, unknown>>
  if (secret !== undefined) checkSecret(who, secret)
  else if (!mayLackSecret) {
    throw new TypeError(
      `${who} takes a secret that both ends know, without which anybody may connect; say insecure: true if that is meant`,
    )
  }
  if (offer !== undefined && !(Array.isArray(offer) && offer.every((one) => isObject(one) && 'setup' in one)))
    throw wrong(who, 'offer', 'an array of definitions', offer)
  if (authorize !== undefined && typeof authorize !== 'function') throw wrong(who, 'authorize', 'a function', authorize)
  if (quotas === undefined) return
  if (!isObject(quotas)) throw wrong(who, 'quotas', 'an object of numbers', quotas)
  for (const [name, value] of Object.entries(quotas)) {
    if (value !== undefined) checkNumber(who, `quotas.${name}`, value, 'numbers', 0, Infinity)
  }
}

export function checkNumber(who: string, name: string, value: unknown, unit: string, least: number, most: number): void {
  if (typeof value !== 'number' || Number.isNaN(value)) throw wrong(who, name, `a number (${unit})`, value)
  const isWhole = Number.isInteger(value) || unit !== 'whole numbers'
  if (value >= least && value <= most && isWhole) return
  throw new RangeError(`${who}: ${name} takes ${unit} from ${least} ${most === Infinity ? 'up' : `to ${most}`}, not ${value}`)
}

export function wrong(who: string, name: string, expected: string, value: unknown): TypeError {
  return new TypeError(`${who}: ${name} takes ${expected}, not ${print(value)}`)
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** A value in a few words. */
export function print(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'function') return value.name === '' ? 'a function' : `function ${value.name}`
  if (Array.isArray(value)) return `an array of ${value.length}`
  return isObject(value) ? 'an object' : String(value)
}

function checkSecret(who: string, secret: unknown): void {
  const texts: readonly unknown[] = Array.isArray(secret) ? secret : [secret]
  const isRight = texts.every((text) => typeof text === 'string') && (!Array.isArray(secret) || texts.length === 2)
  if (!isRight) throw new TypeError(`${who}: secret takes a string, or two of them to rotate: [current, previous]`)
  const shortest = Math.min(...texts.map((text) => (typeof text === 'string' ? text.length : 0)))
  if (shortest >= SHORTEST_SECRET) return
  throw new RangeError(`${who}: secret takes ${SHORTEST_SECRET} characters or more, not ${shortest}`)
}
