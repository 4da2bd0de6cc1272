/**
 * Where a run ends: an actor crosses it when its work is done. In one thread only.
 */
export class FinishLine {
  #resolve: (() => void) | null = null

  /** Resolves when somebody crosses. Call it before the work begins; one run at a time. */
  wait(): Promise<void> {
    return new Promise((resolve) => (this.#resolve = resolve))
  }

  cross(): void {
    const resolve = this.#resolve
    this.#resolve = null
    resolve?.()
  }
}
