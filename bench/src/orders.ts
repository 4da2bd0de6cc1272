/**
 * What the harness and a contender's process say to each other, as JSON over Node's IPC.
 */

export type Order =
  { readonly kind: 'warm-up'; readonly ms: number } | { readonly kind: 'sample'; readonly ms: number } | { readonly kind: 'end' }

export type Answer =
  | { readonly kind: 'done' }
  | { readonly kind: 'sample'; readonly value: number }
  | { readonly kind: 'failed'; readonly message: string }
