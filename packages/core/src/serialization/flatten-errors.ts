/**
 * Writes errors: class name, message, stack, cause, errors and own fields, each as enumerable as it was.
 */
import { RemoteError } from '../errors/serialization-errors.ts'
import { errorClassName } from './built-in-errors.ts'
import { Refusal } from './flattening.ts'
import type { Flattening } from './flattening.ts'
import { Tag } from './node-tags.ts'
import type { Node } from './node-tags.ts'
import { classNameOf } from './registry.ts'

/** What RemoteError adds to the error that it stands for. */
const REMOTE_FIELDS: ReadonlyMap<string, unknown> = new Map([
  ['code', 'TROUPE_REMOTE'],
  ['name', 'RemoteError'],
])

export function writeError(to: Flattening, error: Error, prototype: object): Node {
  const remote = error instanceof RemoteError
  const className = remote ? error.className : (errorClassName(prototype) ?? nameOf(error, prototype))
  const node: [number, ...unknown[]] = [Tag.error, to.slot(className, 'name')]
  writeFields(to, node, error, (name) => {
    if (!remote) return true
    return name !== 'className' && !(REMOTE_FIELDS.has(name) && REMOTE_FIELDS.get(name) === Reflect.get(error, name))
  })
  return node
}

/** DOMException keeps name and message inside; other own fields travel as with any error. */
export function writeDomException(to: Flattening, error: DOMException): Node {
  const node: [number, ...unknown[]] = [Tag.domException, to.slot(error.name, 'name'), to.slot(error.message, 'message')]
  writeFields(to, node, error, (name) => name !== 'name' && name !== 'message' && name !== 'code')
  return node
}

function writeFields(to: Flattening, node: unknown[], error: Error, travels: (name: string) => boolean): void {
  const hidden: string[] = []
  const visible: string[] = []
  for (const name of Object.getOwnPropertyNames(error)) {
    if (!travels(name)) continue
    const list = Object.prototype.propertyIsEnumerable.call(error, name) ? visible : hidden
    list.push(name)
  }
  // Hidden symbols are an engine's or a class's own notes (Node marks its errors so); visible ones are somebody's data.
  const symbol = Object.getOwnPropertySymbols(error).find((each) => Object.prototype.propertyIsEnumerable.call(error, each))
  if (symbol !== undefined) throw new Refusal(`a property named by ${String(symbol)} cannot be pickled: use a string`)
  node.push(to.shape(hidden), to.shape(visible))
  for (const name of hidden) node.push(to.slot(Reflect.get(error, name), name))
  for (const name of visible) node.push(to.slot(Reflect.get(error, name), name))
}

function nameOf(error: Error, prototype: object): string {
  const className = classNameOf(prototype)
  if (className !== '(anonymous)') return className
  const { name }: { readonly name: unknown } = error
  return typeof name === 'string' && name !== '' ? name : 'Error'
}
