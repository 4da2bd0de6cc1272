/**
 * Checks of what callers pass in. Each throws at the caller, naming the value and what was expected.
 */

/** A number of milliseconds from 0 up, or Infinity. `name` is the option's. */
export function checkTimeout(name: string, value: unknown): void {
  if (typeof value !== 'number' || Number.isNaN(value))
    throw new TypeError(`${name} takes a number of milliseconds, not ${print(value)}`)
  if (value < 0) throw new RangeError(`${name} takes milliseconds from 0 up, not ${value}`)
}

/** A function. */
export function checkFunction(name: string, value: unknown): void {
  if (typeof value !== 'function') throw new TypeError(`${name} takes a function, not ${print(value)}`)
}

/** A string that is not empty. */
export function checkText(name: string, value: unknown): void {
  if (typeof value !== 'string' || value === '')
    throw new TypeError(`${name} takes a string that is not empty, not ${print(value)}`)
}

/** A value in a few words, for error messages. */
export function print(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)
  if (typeof value === 'function') return `function ${value.name === '' ? '(anonymous)' : value.name}`
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'object' && value !== null) return `an object of class ${value.constructor?.name ?? 'null'}`
  return String(value)
}
