/**
 * What the tasks of the pool questions do, whoever runs them.
 */
export function increment(n: number): number {
  return n + 1
}

/** Works for a millisecond. */
export function workOneMs(n: number): number {
  const end = performance.now() + 1
  while (performance.now() < end);
  return n + 1
}
