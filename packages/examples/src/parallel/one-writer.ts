/**
 * One writer, a thousand callers at once: a SQLite database on a thread of its own, under a supervisor. In the middle the thread is
 * killed: who waited for an answer is told so, the others are served by the next owner, and no transaction is half done.
 *
 *     node packages/examples/dist/parallel/one-writer.js
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSystem, isTroupeError, runMain, supervisor } from '@troupe/core'
import type { RefOf, System } from '@troupe/core'
import { thread } from '@troupe/transport-worker'
import { commandLine } from '../command-line.ts'
import { Bank } from './tasks/database.ts'

const HELP = `usage: one-writer [--callers N]

N callers (default 1000) of a database with one owner; then as many again, while the owner is killed.`

const ACCOUNTS = 50

/** What came of one call, in a word. */
async function transfer(bank: RefOf<typeof Bank>, caller: number): Promise<string> {
  const [from, to] = [(caller % ACCOUNTS) + 1, ((caller * 7 + 3) % ACCOUNTS) + 1]
  try {
    return await bank.with({ timeout: 60_000 }).ask('transfer', from, to, (caller % 40) + 1)
  } catch (error) {
    if (isTroupeError(error, 'TROUPE_ACTOR_STOPPED')) return 'unknown' // it may be done or not: the owner died before it said so
    throw error
  }
}

async function main(system: System, folder: string, callers: number): Promise<void> {
  const Office = supervisor({
    name: 'Office',
    strategy: 'rest-for-one', // a new thread, and on it a new owner
    children: [
      { id: 'disk', actor: thread({ name: 'disk' }) },
      { id: 'bank', actor: Bank, args: [join(folder, 'bank.db'), ACCOUNTS], on: 'disk' },
    ],
  })
  const office = system.spawn(Office)
  // Safe: the child of that name is a Bank.
  const bank = (await office.ask('child', 'bank')) as RefOf<typeof Bank>
  const before = await bank.with({ timeout: 60_000 }).ask('total')

  const counts = new Map([
    ['done', 0],
    ['refused', 0],
  ])
  const count = (outcome: string): unknown => counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
  await Promise.all(Array.from({ length: callers }, async (_, caller) => count(await transfer(bank, caller))))
  console.log(`${callers} callers: ${JSON.stringify(Object.fromEntries(counts))}`)

  const sure = await bank.ask('transfers')
  const wave = Array.from({ length: callers }, (_, caller) => transfer(bank, caller))
  await wave[Math.min(10, callers - 1)] // it is in the middle of them
  bank.kill()
  const outcomes = await Promise.all(wave)
  const done = outcomes.filter((outcome) => outcome === 'done').length
  const written = (await bank.with({ timeout: 60_000 }).ask('transfers')) - sure
  console.log(`after a kill: ${written >= done ? 'nothing that was answered is lost' : `${done - written} transfers are lost`}`)
  const after = await bank.with({ timeout: 60_000 }).ask('total')
  console.log(`total: ${before} before, ${after} after`)
}

const options = commandLine(HELP, { callers: 1_000 })
if (options !== null) {
  const folder = await mkdtemp(join(tmpdir(), 'one-writer-'))
  const system = createSystem({ name: 'office' })
  await runMain(system, () => main(system, folder, options.callers))
  await rm(folder, { recursive: true })
}
