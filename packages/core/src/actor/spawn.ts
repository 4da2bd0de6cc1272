/**
 * Makes actors: checks what a spawn was given before anything is done, then puts the actor into its place, here or on
 * another node.
 */
import { print } from '../base/check.ts'
import type { ActorDefinition } from '../model/definition.ts'
import { checkMailbox } from '../mailbox/create-mailbox.ts'
import { ActorRef, type AnyRef } from '../model/ref.ts'
import type { SpawnOptions } from '../model/self.ts'
import type { Child, ParentPort } from '../model/target.ts'
import { ActorSelf } from './actor-self.ts'
import { Cell } from './cell.ts'
import type { Birth } from './cell-state.ts'
import { type Children, checkName } from './children.ts'
import type { Kernel } from './kernel.ts'

/** Where a child comes to live. */
export interface Cradle {
  readonly port: ParentPort
  readonly path: string
  readonly children: Children
}

/** Makes a cell and starts it. Everything was checked. */
export function createCell(kernel: Kernel, birth: Birth): Cell {
  const cell = prepareCell(kernel, birth)
  cell.begin()
  return cell
}

/** Makes a cell that keeps what it is sent until somebody calls its `begin`. */
export function prepareCell(kernel: Kernel, birth: Birth): Cell {
  return new Cell(kernel, birth, newSelf)
}

/** Spawns under a cradle. Throws at the caller, with nothing done: TypeError, NameTakenError, NotSerializableError. */
export function spawnInto(
  kernel: Kernel,
  cradle: Cradle,
  definition: ActorDefinition<unknown, never>,
  args: readonly unknown[],
  options: SpawnOptions,
): Child {
  checkDefinition(definition)
  if (!Array.isArray(args)) throw new TypeError(`spawn takes the arguments of ${definition.name} as an array, not ${print(args)}`)
  const name = options.name ?? null
  if (name !== null) {
    checkName(name)
    cradle.children.checkFree(name, cradle.path)
  }
  if (options.mailbox !== undefined) checkMailbox(options.mailbox)
  const child = isElsewhere(kernel, options)
    ? spawnOn(kernel, cradle, definition, args, options)
    : spawnHere(kernel, cradle, definition, args, options)
  cradle.children.add(child, name)
  return child
}

/** Throws TypeError unless it is something that can be spawned. */
export function checkDefinition(definition: ActorDefinition<unknown, never>): void {
  if (
    typeof definition === 'object' &&
    definition !== null &&
    typeof definition.setup === 'function' &&
    typeof definition.name === 'string'
  )
    return
  throw new TypeError(`spawn takes a definition made by actor(), machine() or supervisor(), not ${print(definition)}`)
}

function isElsewhere(kernel: Kernel, options: SpawnOptions): boolean {
  return options.on !== undefined && options.on.id !== kernel.nodeId
}

function spawnHere(
  kernel: Kernel,
  cradle: Cradle,
  definition: ActorDefinition<unknown, never>,
  args: readonly unknown[],
  options: SpawnOptions,
): Child {
  return createCell(kernel, {
    parent: cradle.port,
    parentPath: cradle.path,
    definition,
    args,
    name: options.name ?? null,
    mailbox: options.mailbox ?? null,
    onEnd: 'free',
    address: null,
  })
}

function spawnOn(
  kernel: Kernel,
  cradle: Cradle,
  definition: ActorDefinition<unknown, never>,
  args: readonly unknown[],
  options: SpawnOptions,
): Child {
  const { on, mailbox = null } = options
  if (on === undefined) throw new TypeError('spawn needs a node')
  checkPortable(definition, mailbox)
  const seq = kernel.nextSeq()
  const name = options.name ?? `${definition.name}$${seq}`
  const request = {
    origin: kernel.nodeId,
    seq,
    definition: { module: definition.module, name: definition.name },
    args,
    name,
    mailbox,
    onEnd: 'free' as const,
  }
  return kernel.elsewhere.spawnOn(on, request, cradle.port)
}

/** Throws TypeError for what cannot leave this node. */
export function checkPortable(definition: ActorDefinition<unknown, never>, mailbox: SpawnOptions['mailbox'] | null): void {
  if (mailbox?.kind === 'priority')
    throw new TypeError(`${definition.name} cannot have a priority mailbox on another node: its function does not travel`)
  if ('launch' in definition)
    throw new TypeError(`${definition.name} is a node: it is started by this system, not on another node`)
}

function newSelf(cell: Cell): ActorSelf {
  return new ActorSelf(cell, spawnChild)
}

function spawnChild(
  cell: Cell,
  definition: ActorDefinition<unknown, never>,
  args: readonly unknown[],
  options: SpawnOptions,
): AnyRef {
  const child = spawnInto(cell.kernel, { port: cell, path: cell.path, children: cell.children }, definition, args, options)
  if (options.link === true) {
    cell.link(child)
    child.link(cell)
  }
  return new ActorRef(cell.kernel.courier, child)
}
