/**
 * A queue that nobody waits for longer than they want to: timeouts, an AbortSignal, and calls that do not wait. Each way to give up
 * has an error of its own, and who gave up has put or taken nothing.
 *
 *     node packages/examples/dist/parallel/queue-timeouts.js
 */
import { createSystem, isTroupeError, runMain } from '@troupe/core'
import type { System } from '@troupe/core'
import { createQueue } from '@troupe/core/parallel'
import { commandLine } from '../command-line.ts'

const HELP = `usage: queue-timeouts [--timeout MS]

Puts into a full queue and takes from an empty one, waiting MS milliseconds (default 50).`

async function main(system: System, timeout: number): Promise<void> {
  const counter = createQueue<string>(system, { maxSize: 2 })
  await counter.put('tea')
  await counter.put('coffee')

  console.log('the queue is full')
  await told('put', counter.put('cake', { timeout }))
  console.log(`  tryPut: ${await counter.tryPut('cake')}`)
  console.log(`  it still holds ${await counter.size()}`) // exact, not "approximately"

  console.log(`taken: ${await counter.get({ timeout })}, ${await counter.get({ timeout })}`)

  console.log('the queue is empty')
  await told('get', counter.get({ timeout }))
  await told('get without waiting', counter.get({ timeout: 0 }))
  console.log(`  tryGet: ${await counter.tryGet()}`)
  await told('get until a signal', counter.get({ signal: AbortSignal.timeout(timeout) }))
  await told('get with a negative timeout', counter.get({ timeout: -1 }))

  const patient = counter.get() // without a timeout: however long it takes
  await counter.put('scone')
  console.log(`who waited got the ${await patient}`) // those who gave up before it got nothing

  const waiting = counter.get()
  await counter.close()
  await told('get from a closed queue', waiting)
}

/** Prints how a call failed: errors have a code for programs and a sentence for people. */
async function told(what: string, call: Promise<unknown>): Promise<void> {
  try {
    console.log(`  ${what}: ${String(await call)}`)
  } catch (error) {
    const code = isTroupeError(error) ? ` [${error.code}]` : ''
    console.log(`  ${what}: ${String(error)}${code}`)
  }
}

const options = commandLine(HELP, { timeout: 50 })
if (options !== null) {
  const system = createSystem({ name: 'queue-timeouts' })
  await runMain(system, () => main(system, options.timeout))
}
