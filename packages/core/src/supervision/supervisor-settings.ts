/**
 * From a supervisor's options as written to settings with every choice made and checked. Called once, when `supervisor`
 * makes a definition, so that a wrong option fails where it is written.
 */
import { checkChoice, checkNumber, refuse, show } from './check-option.ts'
import type { OptionOwner } from './check-option.ts'
import { toChildSettings } from './child-settings.ts'
import type { Backoff, ChildSettings, ChildSpec, SupervisorOptions, SupervisorSettings } from './child-spec.ts'

/** OTP's default is one restart in five seconds; ours leaves room for a worker that takes others with it. */
const DEFAULT_MAX_RESTARTS = 3
const DEFAULT_WITHIN = 5_000
const STRATEGIES = ['one-for-one', 'one-for-all', 'rest-for-one', 'simple-one-for-one'] as const
const AUTO_SHUTDOWNS = ['never', 'any-significant', 'all-significant'] as const

/** The settings of a supervisor and its children. Throws ChildSpecError, naming the option, what it got and what it expects. */
export function toSupervisorSettings(options: SupervisorOptions): SupervisorSettings {
  const owner: OptionOwner = { supervisor: typeof options.name === 'string' ? options.name : '?', child: null }
  if (typeof options.name !== 'string' || options.name === '')
    refuse(owner, `name is ${show(options.name)}, expected the name it is exported under`)

  const flags = {
    name: options.name,
    module: options.module,
    strategy: options.strategy ?? 'one-for-one',
    maxRestarts: options.maxRestarts ?? DEFAULT_MAX_RESTARTS,
    within: options.within ?? DEFAULT_WITHIN,
    autoShutdown: options.autoShutdown ?? 'never',
  }
  checkChoice(owner, 'strategy', flags.strategy, STRATEGIES)
  checkMaxRestarts(owner, flags.maxRestarts)
  checkNumber(owner, 'within', flags.within, 1, 'milliseconds')
  checkChoice(owner, 'autoShutdown', flags.autoShutdown, AUTO_SHUTDOWNS)
  const backoff = options.backoff ? toBackoff(owner, options.backoff) : null

  const specs: readonly ChildSpec[] = options.children
  if (!Array.isArray(specs)) refuse(owner, `children is ${show(specs)}, expected an array`)
  if (flags.strategy === 'simple-one-for-one' && specs.length !== 1) {
    refuse(owner, `children is ${show(specs)}, expected exactly one with 'simple-one-for-one': the template for startChild`)
  }
  const children: ChildSettings[] = []
  for (const spec of inStartOrder(specs)) {
    const { name: supervisor, strategy, autoShutdown } = flags
    children.push(toChildSettings(spec, { supervisor, strategy, autoShutdown, siblings: children }))
  }
  return { ...flags, backoff, children }
}

/** As written, but a node comes before the children that live on it. */
function inStartOrder(specs: readonly ChildSpec[]): readonly ChildSpec[] {
  const ordered = new Set<ChildSpec>()
  const visited = new Set<ChildSpec>()
  const visit = (spec: ChildSpec): void => {
    if (visited.has(spec)) return
    visited.add(spec)
    const node = specs.find((other) => spec?.on !== undefined && other?.id === spec.on)
    if (node !== undefined) visit(node)
    ordered.add(spec)
  }
  for (const spec of specs) visit(spec)
  // The same object twice is a duplicate id, which is refused where ids are checked.
  return ordered.size === specs.length ? [...ordered] : specs
}

function checkMaxRestarts(owner: OptionOwner, value: number): void {
  checkNumber(owner, 'maxRestarts', value, 0, 'a count')
  if (!Number.isInteger(value) && value !== Infinity)
    refuse(owner, `maxRestarts is ${value}, expected a whole number or Infinity`)
}

function toBackoff(owner: OptionOwner, { min, max, jitter = 0 }: Backoff): Required<Backoff> {
  checkNumber(owner, 'backoff.min', min, 1, 'milliseconds')
  checkNumber(owner, 'backoff.max', max, 1, 'milliseconds')
  if (max < min || max === Infinity)
    refuse(owner, `backoff.max is ${max}, expected finite milliseconds of backoff.min (${min}) or more`)
  checkNumber(owner, 'backoff.jitter', jitter, 0, 'a share')
  if (jitter > 1) refuse(owner, `backoff.jitter is ${jitter}, expected a share from 0 to 1`)
  return { min, max, jitter }
}
