/**
 * Restart intensity: how many restarts a supervisor takes within how many milliseconds before it gives up, so that a
 * failure that restarting does not cure goes up the tree. OTP's rule: one that is exactly `within` old still counts.
 */

/** The restarts of one supervisor. A restart whose start failed is followed by another one, which counts again. */
export class RestartWindow {
  readonly #maxRestarts: number
  readonly #within: number
  /** Times of the restarts that still count, oldest first. Written by `record`. */
  readonly #times: number[] = []

  constructor(maxRestarts: number, within: number) {
    this.#maxRestarts = maxRestarts
    this.#within = within
  }

  /** Counts one more restart at `now`, in milliseconds. 'exceeded': there were more than allowed, and the supervisor gives up. */
  record(now: number): 'allowed' | 'exceeded' {
    const oldest = now - this.#within
    const expired = this.#times.findIndex((time) => time >= oldest)
    this.#times.splice(0, expired < 0 ? this.#times.length : expired)
    this.#times.push(now)
    return this.#times.length > this.#maxRestarts ? 'exceeded' : 'allowed'
  }

  /** How many restarts counted when the last one was recorded: the `attempt` of events. */
  get count(): number {
    return this.#times.length
  }
}
