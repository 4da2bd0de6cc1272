/**
 * The owner of a SQLite database: nobody else opens the file, and its mailbox is the queue of all who want to. There is no lock to
 * wait for, no busy timeout, and no pool of connections. What has come while the disk was busy is written at once: a thousand
 * callers cost a few commits, and none is answered before its transfer is on the disk.
 */
import { rmSync } from 'node:fs'
import { actor } from '@troupe/core'
import type { ActorDefinition, Deferred } from '@troupe/core'
import sqlite from 'node-sqlite3-wasm'

/** What came of a transfer. */
export type Outcome = 'done' | 'refused'

export interface BankProtocol {
  /** Moves an amount; both accounts change, or neither does: `refused` when there is too little. */
  transfer(from: number, to: number, amount: number): Deferred<Outcome>
  /** For itself: writes what waits. */
  commit(): void
  total(): number
  transfers(): number
}

const SCHEMA = `
  PRAGMA journal_mode = TRUNCATE;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS account (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL CHECK (balance >= 0));
  CREATE TABLE IF NOT EXISTS transfer (id INTEGER PRIMARY KEY, source INTEGER, target INTEGER, amount INTEGER);`

export const Bank: ActorDefinition<BankProtocol, [path: string, accounts: number]> = actor({
  name: 'Bank',
  module: import.meta.url,
  setup(self, path: string, accounts: number) {
    rmSync(`${path}.lock`, { recursive: true, force: true }) // left by an owner that was killed: there is never a second one
    const db = new sqlite.Database(path)
    self.onStop(() => db.close())
    db.exec(SCHEMA)
    for (let id = 1; id <= accounts; id++) db.run('INSERT OR IGNORE INTO account VALUES (?, 100)', id)
    const number = (sql: string): number => Number(Object.values(db.get(sql) ?? {})[0])
    const attempt = (from: number, to: number, amount: number): Outcome => {
      db.exec('SAVEPOINT one')
      try {
        db.run('UPDATE account SET balance = balance + ? WHERE id = ?', [amount, to])
        db.run('UPDATE account SET balance = balance - ? WHERE id = ?', [amount, from])
        db.run('INSERT INTO transfer (source, target, amount) VALUES (?, ?, ?)', [from, to, amount])
        db.exec('RELEASE one')
        return 'done'
      } catch (error) {
        db.exec('ROLLBACK TO one; RELEASE one')
        if (error instanceof sqlite.SQLite3Error && /CHECK/.test(error.message)) return 'refused'
        throw error // not known: ends the owner, and its supervisor opens the file anew
      }
    }
    let waiting: (() => () => void)[] = []
    return {
      transfer(from: number, to: number, amount: number) {
        const answer = self.defer<Outcome>()
        const work = (): (() => void) => {
          const outcome = attempt(from, to, amount)
          return () => answer.resolve(outcome)
        }
        if (waiting.push(work) === 1) void self.ref.tell('commit') // behind all that is queued now
        return answer
      },
      commit() {
        const batch = waiting
        waiting = []
        db.exec('BEGIN')
        const answers = batch.map((work) => work())
        db.exec('COMMIT')
        for (const answer of answers) answer()
      },
      total: () => number('SELECT sum(balance) FROM account'),
      transfers: () => number('SELECT count(*) FROM transfer'),
    }
  },
})
