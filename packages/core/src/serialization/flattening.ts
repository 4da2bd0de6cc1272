/**
 * What the writers of single kinds of value see of the flattening that called them.
 */
import type { Slot } from './node-tags.ts'
import type { Step } from './value-path.ts'

export interface Flattening {
  /** How to write `value` inside the node being written, from which `step` leads to it. */
  slot(value: unknown, step: Step): Slot
  /** The index of the shape with these keys, in this order. */
  shape(keys: readonly string[]): number
  /** Appends bytes to the blob section. They are read when the frame takes them, not now. */
  blob(bytes: Uint8Array): void
}

/** Why a value cannot travel; its place is added by the flattening that asked. */
export class Refusal extends Error {
  /** The step from the node being written to the culprit, when the culprit is not the node itself. */
  readonly step: Step | undefined

  constructor(problem: string, step?: Step) {
    super(problem)
    this.step = step
  }
}
