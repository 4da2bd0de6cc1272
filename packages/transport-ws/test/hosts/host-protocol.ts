/** What a test and its hosts say to each other. */

export type Order =
  | { readonly kind: 'listen'; readonly host: string }
  | { readonly kind: 'connect'; readonly address: string }
  | { readonly kind: 'echo'; readonly node: string; readonly value: number }
  /** Asks for an answer that never comes. */
  | { readonly kind: 'hang'; readonly node: string }
  | { readonly kind: 'watch'; readonly node: string }
  /** How many sockets and servers are open. */
  | { readonly kind: 'resources' }
  | { readonly kind: 'shutdown' }

export type Command = Order & { readonly id: number }

export type Outcome =
  | { readonly kind: 'done'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly code: string; readonly message: string }

export interface NodeNews {
  readonly kind: 'node'
  readonly node: string
  readonly state: 'up' | 'down'
}
