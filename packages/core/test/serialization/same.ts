/**
 * Strict equality of value graphs for these tests: prototypes, key order, holes, -0, flags of properties, and which
 * references are shared. Returns the path of the first difference, or undefined.
 */
import { RemoteError } from '../../src/errors/serialization-errors.ts'

export function difference(left: unknown, right: unknown): string | undefined {
  return new Comparison().compare(left, right, 'value')
}

class Comparison {
  readonly #partners = new Map<object, object>()
  readonly #taken = new Set<object>()

  compare(left: unknown, right: unknown, path: string): string | undefined {
    if (typeof left !== 'object' || left === null || typeof right !== 'object' || right === null) {
      return Object.is(left, right) ? undefined : `${path}: ${String(left)} is not ${String(right)}`
    }
    const partner = this.#partners.get(left)
    if (partner !== undefined) return partner === right ? undefined : `${path}: sharing differs`
    if (this.#taken.has(right)) return `${path}: sharing differs (one object for two)`
    this.#partners.set(left, right)
    this.#taken.add(right)
    if (Object.getPrototypeOf(left) !== Object.getPrototypeOf(right)) return `${path}: prototypes differ`
    return this.#content(left, right, path) ?? this.#properties(left, right, path)
  }

  #content(left: object, right: object, path: string): string | undefined {
    if (left instanceof Date && right instanceof Date) return this.compare(left.getTime(), right.getTime(), `${path}.getTime()`)
    if (left instanceof RegExp && right instanceof RegExp) return this.compare(String(left), String(right), path)
    if (left instanceof URL && right instanceof URL) return this.compare(left.href, right.href, path)
    if (left instanceof URLSearchParams && right instanceof URLSearchParams)
      return this.compare(String(left), String(right), path)
    if (left instanceof Map && right instanceof Map) return this.#list([...left].flat(), [...right].flat(), `${path} entries`)
    if (left instanceof Set && right instanceof Set) return this.#list([...left], [...right], `${path} items`)
    if (left instanceof ArrayBuffer && right instanceof ArrayBuffer)
      return this.#bytes(new Uint8Array(left), new Uint8Array(right), path)
    if (ArrayBuffer.isView(left) && ArrayBuffer.isView(right)) return this.#bytes(bytesOf(left), bytesOf(right), path)
    if (left instanceof Number || left instanceof String || left instanceof Boolean || left instanceof BigInt) {
      return this.compare(left.valueOf(), right.valueOf(), `${path}.valueOf()`)
    }
    if (left instanceof DOMException && right instanceof DOMException) {
      return this.#list([left.name, left.message, left.code], [right.name, right.message, right.code], path)
    }
    return undefined
  }

  #list(left: readonly unknown[], right: readonly unknown[], path: string): string | undefined {
    if (left.length !== right.length) return `${path}: ${left.length} against ${right.length}`
    for (const [index, item] of left.entries()) {
      const found = this.compare(item, right[index], `${path}[${index}]`)
      if (found !== undefined) return found
    }
    return undefined
  }

  #bytes(left: Uint8Array, right: Uint8Array, path: string): string | undefined {
    if (left.length !== right.length) return `${path}: ${left.length} bytes against ${right.length}`
    const at = left.findIndex((byte, index) => byte !== right[index])
    return at === -1 ? undefined : `${path}: byte ${at} differs`
  }

  #properties(left: object, right: object, path: string): string | undefined {
    if (ArrayBuffer.isView(left)) return undefined
    const leftKeys = keysOf(left)
    const rightKeys = keysOf(right)
    if (leftKeys.join('\n') !== rightKeys.join('\n')) return `${path}: keys ${leftKeys.join()} against ${rightKeys.join()}`
    for (const key of leftKeys) {
      const leftProperty = Object.getOwnPropertyDescriptor(left, key)
      const rightProperty = Object.getOwnPropertyDescriptor(right, key)
      if (leftProperty?.enumerable !== rightProperty?.enumerable) return `${path}.${key}: one is enumerable`
      const found = this.compare(Reflect.get(left, key), Reflect.get(right, key), `${path}.${key}`)
      if (found !== undefined) return found
    }
    return undefined
  }
}

function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
}

/** Errors list message and stack in the order of the engine's mood; for all others order counts. */
function keysOf(object: object): string[] {
  const keys = Object.getOwnPropertyNames(object)
  return object instanceof Error || object instanceof RemoteError ? keys.sort() : keys
}
