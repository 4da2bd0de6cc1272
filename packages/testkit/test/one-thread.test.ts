import { createSystem, silentLog } from '@troupe/core'
import { describeSemantics } from '../src/semantics/describe-semantics.ts'

describeSemantics('in one thread', {
  place: async () => {
    const system = createSystem({ log: silentLog, stopTimeout: 200 })
    return { system, node: undefined, [Symbol.asyncDispose]: () => system.shutdown() }
  },
})
