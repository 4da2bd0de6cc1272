/**
 * A program for the tests of runMain: does what its argument says. It prints "ready" when a test may send signals.
 */
import { actor } from '../../../src/actor/define.ts'
import type { ExitReason } from '../../../src/model/exit-reason.ts'
import { runMain } from '../../../src/system/run-main.ts'
import { createSystem } from '../../../src/system/troupe-system.ts'

const [what = '', detail = ''] = process.argv.slice(2)

const system = createSystem({ name: 'program', stopTimeout: 200, shutdownTimeout: what === 'stuck' ? 300 : 10_000 })

const Worker = actor({
  name: 'Worker',
  setup(self) {
    self.onStop(async ({ kind }) => {
      console.log(`hook ${kind}`)
      if (what === 'slow') await new Promise(() => undefined)
    })
    return {
      wait: () => self.defer<never>(),
      hang: () => new Promise<never>(() => undefined),
      quit: (reason: ExitReason) => void self.system.shutdown(reason),
    }
  },
})

function aborted(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.reason)))
}

await runMain(
  system,
  async ({ signal }) => {
    if (what === 'start') {
      console.log('ready')
      await aborted(signal)
    }
    const worker = system.spawn(Worker)
    if (what === 'return') return detail === '' ? undefined : (JSON.parse(detail) as ExitReason)
    if (what === 'throw') throw detail === 'null' ? null : new TypeError(detail)
    if (what === 'print') {
      process.stdout.write(`${'x'.repeat(Number(detail) - 1)}\n`)
      process.stderr.write(`${'y'.repeat(Number(detail) - 1)}\n`)
      return undefined
    }
    await worker.ready
    if (what === 'quit') {
      void worker.tell('quit', JSON.parse(detail) as ExitReason)
      await worker.with({ timeout: Infinity }).ask('wait')
      return undefined
    }
    if (what === 'stuck') void worker.tell('hang')
    if (what === 'idle') void aborted(signal).then(() => console.log('aborted'))
    console.log('ready')
    if (what === 'partial') {
      const reason = await aborted(signal)
      await system.terminated
      await new Promise((resolve) => setTimeout(resolve, 20))
      console.log(`partial result after ${JSON.stringify(reason)}`)
      return { kind: 'normal' }
    }
    if (what === 'ending') return undefined
    if (what === 'asking') await worker.with({ timeout: Infinity }).ask('wait')
    // Nothing but this promise: the process stays for it.
    return new Promise<never>(() => undefined)
  },
  { grace: what === 'partial' ? 10_000 : 100 },
)
