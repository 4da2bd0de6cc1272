/**
 * A promise that somebody else resolves: what senders wait before.
 */

export interface Gate {
  readonly promise: Promise<void>
  open(): void
}

export function newGate(): Gate {
  let open = (): void => undefined
  const promise = new Promise<void>((resolve) => (open = resolve))
  return { promise, open: () => open() }
}
