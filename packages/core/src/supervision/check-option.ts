/**
 * How a bad option is told: its name, what it got, what it expects, as a ChildSpecError. Used by the settings of
 * supervisors and children; programs without types reach these as well.
 */
import { ChildSpecError } from '../errors/supervision-errors.ts'

/** Whose options are checked, and which child's; null for the supervisor's own. */
export interface OptionOwner {
  readonly supervisor: string
  readonly child: string | null
}

/** Throws ChildSpecError with `problem`, which starts with the option's name. */
export function refuse(owner: OptionOwner, problem: string): never {
  throw new ChildSpecError(owner.supervisor, owner.child === null ? problem : `child "${owner.child}": ${problem}`)
}

/** Throws unless `value` is one of `choices`. */
export function checkChoice(owner: OptionOwner, option: string, value: unknown, choices: readonly string[]): void {
  if (typeof value === 'string' && choices.includes(value)) return
  refuse(owner, `${option} is ${show(value)}, expected ${listOf(choices)}`)
}

/** Throws unless `value` is a number, not NaN, of at least `least`. */
export function checkNumber(owner: OptionOwner, option: string, value: unknown, least: number, unit: string): void {
  if (typeof value === 'number' && value >= least) return
  refuse(owner, `${option} is ${show(value)}, expected ${unit} of ${least} or more`)
}

/** A value as its writer would recognize it: strings quoted, objects by their class. */
export function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  if (typeof value === 'function') return value.name === '' ? 'a function' : `function ${value.name}`
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) return `an array of ${value.length}`
  const made: unknown = value.constructor
  return typeof made === 'function' && made !== Object ? `a ${made.name}` : 'an object'
}

function listOf(choices: readonly string[]): string {
  const quoted = choices.map((choice) => `'${choice}'`)
  return `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1) ?? ''}`
}
