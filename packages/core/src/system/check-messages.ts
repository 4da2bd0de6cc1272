/**
 * `createSystem({ checkMessages: true })`: messages and answers as another node would get them, so that a test in one thread finds
 * what cannot be sent and what relies on sharing.
 */
import { copyByPickling } from '../serialization/pack.ts'

/** Throws NotSerializableError with the path of what cannot be sent; `root` is what the value is called in it. */
export function copyMessage(value: unknown, root: string): unknown {
  return copyByPickling(value, root)
}
