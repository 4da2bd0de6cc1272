import { describeTransport } from '@troupe/testkit'
import { portTransport, socketConnector, socketListener } from './transports.ts'

const ports = new Map<string, ReturnType<typeof portTransport>>()

describeTransport('message ports', {
  listener: () => {
    const transport = portTransport()
    ports.set('port:', transport)
    return transport.listener
  },
  connector: () => ({ connect: async (signal) => await (ports.get('port:') ?? portTransport()).connector.connect(signal) }),
})

describeTransport('unix sockets', { listener: socketListener, connector: socketConnector })
