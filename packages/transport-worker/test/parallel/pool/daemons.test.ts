import { expect, it } from 'vitest'
import { runProgram } from '../../workers.ts'

it.each(['thread', 'process'])(
  'a pool of daemons keeps its program running while it has work, and no longer: nobody has to close it (%s)',
  async (kind) => {
    const program = runProgram('pool-of-daemons', kind)
    expect(await program.exited).toEqual([0, null])
    await program.silent
    expect(program.text()).toBe('200\n1 2 3\n')
  },
)
