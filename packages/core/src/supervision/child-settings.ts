/**
 * From a child spec as written to one with every choice made and checked. Wrong specs are refused before anything is
 * started, with OTP's rules (supervisor.erl, check_childspec) and those that placement on nodes adds.
 */
import { checkChoice, checkNumber, refuse, show } from './check-option.ts'
import type { OptionOwner } from './check-option.ts'
import { isNodeDefinition, isSupervising } from './child-spec.ts'
import type { AnyDefinition, AutoShutdown, ChildSettings, ChildSpec, ShutdownPolicy, Strategy } from './child-spec.ts'

/** How long a child that is no supervisor has to stop, in milliseconds, unless its spec says. OTP's number. */
const DEFAULT_SHUTDOWN = 5_000
const RESTART_TYPES = ['permanent', 'transient', 'temporary'] as const
const ID = /^[\w.-]+$/

/** What a child's spec must fit. */
export interface ChildSurroundings {
  readonly supervisor: string
  readonly strategy: Strategy
  readonly autoShutdown: AutoShutdown
  /** The children declared before it. */
  readonly siblings: readonly ChildSettings[]
}

/** The settings of one child: of the supervisor's options, or of `startChild`. Throws ChildSpecError. */
export function toChildSettings(spec: ChildSpec, around: ChildSurroundings): ChildSettings {
  const nobody: OptionOwner = { supervisor: around.supervisor, child: null }
  if (typeof spec !== 'object' || spec === null) refuse(nobody, `a child is ${show(spec)}, expected an object with id and actor`)
  if (typeof spec.id !== 'string' || !ID.test(spec.id)) {
    refuse(nobody, `a child's id is ${show(spec.id)}, expected letters, digits, "_", "-" and "."`)
  }
  const owner: OptionOwner = { supervisor: around.supervisor, child: spec.id }
  if (around.siblings.some((sibling) => sibling.id === spec.id))
    refuse(owner, 'id is taken by a sibling, expected one of its own')
  checkActor(owner, spec.actor)

  const settings: ChildSettings = {
    id: spec.id,
    actor: spec.actor,
    args: spec.args ?? [],
    restart: spec.restart ?? 'permanent',
    shutdown: spec.shutdown ?? (isSupervising(spec.actor) ? 'infinity' : DEFAULT_SHUTDOWN),
    significant: spec.significant ?? false,
    on: spec.on ?? null,
    mailbox: spec.mailbox ?? null,
  }
  if (!Array.isArray(settings.args)) refuse(owner, `args is ${show(settings.args)}, expected an array`)
  checkChoice(owner, 'restart', settings.restart, RESTART_TYPES)
  checkShutdown(owner, settings.shutdown)
  checkSignificant(owner, settings, around.autoShutdown)
  checkPlace(owner, settings, around)
  return settings
}

function checkActor(owner: OptionOwner, actor: AnyDefinition): void {
  const fits = typeof actor === 'object' && actor !== null && typeof actor.name === 'string' && typeof actor.setup === 'function'
  if (!fits)
    refuse(owner, `actor is ${show(actor)}, expected a definition made by actor(), machine(), supervisor() or a transport`)
}

function checkShutdown(owner: OptionOwner, shutdown: ShutdownPolicy): void {
  if (shutdown === 'brutal-kill' || shutdown === 'infinity') return
  if (typeof shutdown === 'string')
    refuse(owner, `shutdown is ${show(shutdown)}, expected milliseconds, 'brutal-kill' or 'infinity'`)
  checkNumber(owner, 'shutdown', shutdown, 0, 'milliseconds')
}

/** OTP's rule: what is always restarted never ends for good, and with 'never' nobody would act on it. */
function checkSignificant(owner: OptionOwner, settings: ChildSettings, autoShutdown: AutoShutdown): void {
  const { significant } = settings
  if (typeof significant !== 'boolean') refuse(owner, `significant is ${show(significant)}, expected true or false`)
  if (!significant) return
  if (autoShutdown === 'never') refuse(owner, `significant is true, expected false while autoShutdown is 'never'`)
  if (settings.restart === 'permanent') refuse(owner, `significant is true, expected false while restart is 'permanent'`)
}

function checkPlace(owner: OptionOwner, settings: ChildSettings, around: ChildSurroundings): void {
  const { on, actor, mailbox } = settings
  if (on === null) return
  if (around.strategy === 'simple-one-for-one') refuse(owner, `on is ${show(on)}, expected nothing: a template has no siblings`)
  const node = around.siblings.find((sibling) => sibling.id === on)
  if (!node) refuse(owner, `on is ${show(on)}, expected the id of a sibling that is a node`)
  if (!isNodeDefinition(node.actor))
    refuse(owner, `on is ${show(on)}, expected a node such as thread(), not the actor ${node.actor.name}`)
  if (actor.module === undefined)
    refuse(owner, `on is ${show(on)}, expected an actor with a module, which ${actor.name} lacks: no other node could find it`)
  if (mailbox?.kind === 'priority')
    refuse(owner, `mailbox is 'priority', expected another kind on node ${show(on)}: a function stays on its node`)
}
