/**
 * How long an ending actor may take: as long as the supervisor that stops it waits for it, else as long as the system gives.
 */
import type { Child, ParentPort } from '../model/target.ts'
import type { Kernel } from './kernel.ts'

/** Milliseconds that its children, and each of its hooks, get. */
export function patienceOf(actor: Child & { readonly parent: ParentPort; readonly kernel: Kernel }): number {
  return actor.parent.patienceWith?.(actor) ?? actor.kernel.stopTimeout
}
