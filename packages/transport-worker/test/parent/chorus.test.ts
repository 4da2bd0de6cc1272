import { expect, it } from 'vitest'
import { runProgram } from '../workers.ts'

it('workers that print at the same time print whole lines, each in its order', async () => {
  const program = runProgram('chorus')
  expect(await program.exited).toEqual([0, null])
  await program.silent
  const lines = program.text().trimEnd().split('\n')
  expect(lines).toHaveLength(8_000)
  for (const voice of 'abcd') {
    const own = lines.filter((line) => line.startsWith(voice))
    expect(own).toEqual(Array.from({ length: 2_000 }, (_, index) => `${voice} ${index + 1} ${voice.repeat(100)}`))
  }
})
