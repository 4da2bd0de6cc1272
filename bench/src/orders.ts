/**
 * What the harness and a contender's process say to each other, as JSON over Node's IPC.
 */

/** What is counted: time on the wall, or what the process used of the processors, all its threads together. */
export type TimeKind = 'elapsed' | 'cpu'

export type Order =
  | { readonly kind: 'warm-up'; readonly ms: number }
  | { readonly kind: 'sample'; readonly ms: number; readonly time: TimeKind }
  | { readonly kind: 'end' }

export type Answer =
  | { readonly kind: 'done' }
  | { readonly kind: 'sample'; readonly value: number }
  | { readonly kind: 'failed'; readonly message: string }
