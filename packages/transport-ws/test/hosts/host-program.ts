/**
 * A Troupe system on a host of its own, which does what the test says: each message is a command, each answer has its number.
 */
import { type ActorRef, actor, createSystem, type ExitReason, type Node, silentLog } from '@troupe/core'
import { wsConnector, wsListener } from '../../src/index.ts'
import type { Command, NodeNews, Outcome } from './host-protocol.ts'

const SECRET = 'what hosts of one test share'

interface EchoProtocol {
  echo(value: number): number
  /** Answers never. */
  never(): void
}

const Echo = actor({
  name: 'Echo',
  setup(self): EchoProtocol {
    return {
      echo: (value) => value,
      never: () => void self.defer(),
    }
  },
})

const system = createSystem({ name: process.argv[2] ?? 'host', log: silentLog })
const nodes = new Map<string, Node>()
const refs = new Map<string, ActorRef<EchoProtocol>>()

system.nodes.subscribe(({ node, state }) => say({ kind: 'node', node, state }))
process.on('message', (command: Command) => {
  carryOut(command).then(
    (value) => say({ kind: 'done', id: command.id, value }),
    (error: unknown) => say({ kind: 'failed', id: command.id, code: codeOf(error), message: String(error) }),
  )
})
process.on('disconnect', () => process.exit(0))
say({ kind: 'done', id: 0, value: null })

async function carryOut(command: Command): Promise<unknown> {
  switch (command.kind) {
    case 'listen': {
      system.register('echo', system.spawn(Echo))
      const { address } = await system.listen(wsListener({ host: command.host, port: 0, secret: SECRET, insecure: true }))
      return address
    }
    case 'connect': {
      const options = { secret: SECRET, insecure: true, reconnect: { min: 50, max: 200, jitter: 0.5 } }
      const node = await system.connect(wsConnector(command.address, options))
      nodes.set(node.name, node)
      refs.set(node.name, node.lookup<EchoProtocol>('echo'))
      return node.name
    }
    case 'echo':
      return await refOf(command.node).ask('echo', command.value)
    case 'hang':
      return await refOf(command.node).with({ timeout: Infinity }).ask('never')
    case 'watch':
      return await watchEnd(command.node)
    case 'resources':
      return process.getActiveResourcesInfo().filter((kind) => kind.startsWith('TCP')).length
    case 'shutdown':
      await system.shutdown()
      return null
  }
}

function refOf(node: string): ActorRef<EchoProtocol> {
  const ref = refs.get(node)
  if (ref === undefined) throw new Error(`not connected to ${node}`)
  return ref
}

/** How the actor at that node ends, as a watcher hears it. */
function watchEnd(node: string): Promise<ExitReason['kind']> {
  return new Promise((resolve) => {
    const Watcher = actor({
      name: 'Watcher',
      setup(self) {
        self.watch(refOf(node), (reason) => resolve(reason.kind))
        return {}
      },
    })
    system.spawn(Watcher)
  })
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'none'
}

function say(news: Outcome | NodeNews): void {
  // The test may have ended, and this program is about to be: then nobody wants to know.
  if (process.connected) process.send?.(news, () => undefined)
}
