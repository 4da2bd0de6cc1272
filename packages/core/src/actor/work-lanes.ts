/**
 * Work that must not overlap: in one lane one piece after the other, and lanes do not wait for each other. A supervisor has
 * a lane for all of its children, or one for each group of children that go down together.
 */

export class WorkLanes {
  /** The end of what was put into each lane; a lane without work is not in here. */
  readonly #ends = new Map<string, Promise<void>>()

  /** Runs `work` at once in a lane without work, else after all that was put there before, however that ended. */
  run<Result>(lane: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#ends.get(lane)
    const running = before === undefined ? work() : before.then(work)
    const end = running.then(nothing, nothing).then(() => {
      if (this.#ends.get(lane) === end) this.#ends.delete(lane)
    })
    this.#ends.set(lane, end)
    return running
  }
}

function nothing(): void {
  // Whoever put the work in hears how it ended.
}
