/**
 * The command line of the small examples: options with defaults, `--help`, and exit code 2 for what they do not understand.
 */
import { parseArgs } from 'node:util'
import { UsageError } from './usage-error.ts'

type Options = Readonly<Record<string, number | string | boolean>>
type Values<Defaults extends Options> = {
  readonly [Name in keyof Defaults]: Defaults[Name] extends number ? number : Defaults[Name] extends string ? string : boolean
}

/**
 * The options, each of the kind of its default: a whole number, from 1 or its default up, a text, or a flag; with what `prepare` makes of them, which may
 * throw for wrong ones. Null when there is nothing to run: help was asked for, or the usage is wrong, and that was printed.
 */
export function commandLine<const Defaults extends Options, More extends object = object>(
  help: string,
  defaults: Defaults,
  prepare?: (values: Values<Defaults>) => More,
): (Values<Defaults> & More) | null {
  try {
    const kinds = Object.entries(defaults).map(([name, value]) => [
      name,
      { type: typeof value === 'boolean' ? 'boolean' : 'string' },
    ])
    // Safe: these are descriptions of options.
    const options = Object.fromEntries(kinds) as Record<string, { type: 'boolean' | 'string' }>
    const parsed = parseArgs({ options: { ...options, help: { type: 'boolean', short: 'h' } } })
    const values: Readonly<Record<string, string | boolean | undefined>> = parsed.values
    if (values['help'] === true) {
      console.log(help)
      return null
    }
    const given = Object.entries(defaults).map(([name, value]) => [name, read(name, values[name], value)])
    // Safe: each value is of the kind of its default.
    const all = Object.fromEntries(given) as Values<Defaults>
    // Safe: without `prepare` there is no more than an object.
    return { ...all, ...(prepare?.(all) ?? ({} as More)) }
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError || error instanceof UsageError)) throw error
    const name = /^usage: (?:\S+=\S+ )*(\S+)/.exec(help)?.[1] ?? 'example'
    console.error(`${name}: ${error.message}\nTry --help.`)
    process.exitCode = 2
    return null
  }
}

function read(name: string, text: string | boolean | undefined, fallback: number | string | boolean): number | string | boolean {
  if (text === undefined) return fallback
  if (typeof fallback !== 'number') return text
  const number = Number(text)
  const least = Math.min(1, fallback)
  if (text !== '' && Number.isSafeInteger(number) && number >= least) return number
  throw new UsageError(`--${name} is ${String(text)}, expected a whole number from ${least} up`)
}
