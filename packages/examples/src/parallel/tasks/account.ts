/**
 * The class that `manager-serve` shares, and what of it others may call. Its code stays with the server.
 */
export class Account {
  #balance = 0

  deposit(amount: number): number {
    if (!(amount > 0)) throw new RangeError(`a deposit of ${amount}`)
    return (this.#balance += amount)
  }

  balance(): number {
    return this.#balance
  }

  /** Not for everybody. */
  seize(): void {
    this.#balance = 0
  }
}

/** The methods that are shared. */
export const METHODS = ['deposit', 'balance'] as const

export type SharedAccount = Pick<Account, (typeof METHODS)[number]>
