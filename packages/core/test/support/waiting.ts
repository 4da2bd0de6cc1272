/**
 * How tests wait: for a promise that they hold, or for the event loop to have turned. Never for a duration.
 */

/** A promise that the test settles. */
export interface Gate<Value = void> {
  readonly promise: Promise<Value>
  open(value: Value): void
  fail(error: unknown): void
}

export function gate<Value = void>(): Gate<Value> {
  let open: (value: Value) => void = () => undefined
  let fail: (error: unknown) => void = () => undefined
  const promise = new Promise<Value>((resolve, reject) => {
    open = resolve
    fail = reject
  })
  promise.catch(() => undefined)
  return { promise, open, fail }
}

/** Lets promises, the run queue and the event loop have some turns: after it, what could happen without time has happened. */
export async function turns(count = 3): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
}

/** What a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('the promise was resolved; a rejection was expected')
}

/** How a promise stands after some turns of the event loop. */
export async function stateOf(promise: Promise<unknown>): Promise<'pending' | 'resolved' | 'rejected'> {
  let state: 'pending' | 'resolved' | 'rejected' = 'pending'
  promise.then(
    () => (state = 'resolved'),
    () => (state = 'rejected'),
  )
  await turns()
  return state
}

/** `count` occurrences of something, and a promise for when they are complete. */
export class Tally<Item> {
  readonly items: Item[] = []
  readonly #waiting: { readonly count: number; resolve(): void }[] = []

  readonly add = (item: Item): void => {
    this.items.push(item)
    for (const waiter of this.#waiting.splice(0)) {
      if (this.items.length >= waiter.count) waiter.resolve()
      else this.#waiting.push(waiter)
    }
  }

  /** Resolves with the items once there are `count` of them. */
  async reaches(count: number): Promise<readonly Item[]> {
    if (this.items.length < count) await new Promise<void>((resolve) => this.#waiting.push({ count, resolve }))
    return this.items
  }
}
