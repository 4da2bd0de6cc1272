import { memoryTransport } from '@troupe/core/transport'
import { describeTransport } from '../src/describe-transport.ts'

const fresh = () => memoryTransport()
let current = fresh()

describeTransport('memory', {
  listener: () => {
    current = fresh()
    return current.listener
  },
  connector: () => current.connector,
})
