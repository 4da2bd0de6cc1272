import { expect, it } from 'vitest'
import { runProgram } from '../workers.ts'

it('two presses of Ctrl-C end a program whose thread and child process are in endless loops, at once', async () => {
  const program = runProgram('interrupted')
  const press = (): boolean => process.kill(-program.pid, 'SIGINT') // as a terminal does: the whole process group
  await program.line('busy')
  press()
  await program.line('stopping')
  const second = performance.now()
  press()
  expect(await program.exited).toEqual([130, null])
  await program.silent // the child process had its output, too
  expect(performance.now() - second).toBeLessThan(1_000)
}, 30_000)
