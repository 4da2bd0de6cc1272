import { afterAll } from 'vitest'
import { describeTransport } from '@troupe/testkit'
import { portConnector, portListener } from '../../src/transport-port/port-transport.ts'

let door = new MessageChannel()

describeTransport('message port', {
  listener: () => {
    door.port1.close()
    door = new MessageChannel()
    return portListener(door.port2)
  },
  connector: () => portConnector(door.port1),
})

afterAll(() => door.port1.close())
