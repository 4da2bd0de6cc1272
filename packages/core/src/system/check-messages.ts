/**
 * `createSystem({ checkMessages: true })`: messages and answers as another node would get them, so that a test in one thread finds
 * what cannot be sent and what relies on sharing.
 */
import { copyByPickling } from '../serialization/pack.ts'
import type { AnyRef } from '../model/ref.ts'

/** Throws NotSerializableError with the path of what cannot be sent; `root` is what the value is called in it. */
export function copyMessage(value: unknown, root: string): unknown {
  return copyByPickling(value, root, refsAsTheyAre())
}

/** A ref stays the ref that it is: it travels as a number into a list that only this copy knows. */
function refsAsTheyAre(): Parameters<typeof copyByPickling>[2] {
  const refs: AnyRef[] = []
  const memories: SharedArrayBuffer[] = []
  return {
    toWire: (ref) => [refs.push(ref) - 1],
    fromWire: ([index]) => {
      const ref = typeof index === 'number' ? refs[index] : undefined
      if (ref === undefined) throw new Error('Troupe invariant violated: a ref of a checked message is missing')
      return ref
    },
    // Shared memory is shared within a thread, too.
    memory: { give: (memory) => memories.push(memory) - 1, take: (id) => memories[id] ?? null },
  }
}
