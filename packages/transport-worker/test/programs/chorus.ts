/**
 * Four workers that print at the same time.
 */
import { createSystem } from '@troupe/core'
import { childProcess, thread } from '@troupe/transport-worker'
import { Singer } from '../fixtures/singer.ts'

await using system = createSystem({ name: 'chorus' })
const nodes = await Promise.all([thread(), thread(), childProcess(), childProcess()].map((each) => system.start(each)))
await Promise.all(
  nodes.map((on, index) => system.spawn(Singer, [], { on }).with({ timeout: 10_000 }).ask('sing', 'abcd'.charAt(index), 2_000)),
)
