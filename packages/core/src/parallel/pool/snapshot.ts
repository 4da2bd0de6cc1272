/**
 * Copies of what waits before it is sent: what the caller changes after the call is not seen by the task.
 */
import { copyByPickling } from '../../index.ts'

/** Arguments as they are now. What needs no copy is not copied. Throws NotSerializableError, with `root` as the start of its path. */
export function snapshot(values: readonly unknown[], root: string): readonly unknown[] {
  if (values.every(isPrimitive)) return values
  // Safe: a copy of a list is a list.
  return copyByPickling(values, root) as readonly unknown[]
}

/** The items of a map. Items that cannot be pickled are left as they are: sending them fails, each by itself. */
export function snapshotItems(items: readonly unknown[]): readonly unknown[] {
  try {
    return snapshot(items, 'items')
  } catch {
    return items.map((item) => {
      try {
        return snapshot([item], 'item')[0]
      } catch {
        return item
      }
    })
  }
}

function isPrimitive(value: unknown): boolean {
  return (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol') || value === null
}
