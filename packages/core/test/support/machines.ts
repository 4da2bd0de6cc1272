/**
 * Some systems in this thread, as machines that are connected each to each, over links that a test cuts and mends.
 */
import type { ListenOptions, System } from '../../src/model/system.ts'
import type { Node } from '../../src/model/node.ts'
import { type MemoryTransport, memoryTransport } from '../../src/transport/memory-transport.ts'
import { inline } from './actors.ts'
import { testSystem } from './test-system.ts'
import { turns } from './waiting.ts'

const Pong = inline(() => ({ ping: () => 'pong' }), 'Pong')

interface Wire {
  readonly ends: readonly [number, number]
  readonly transport: MemoryTransport
  node: Node | null
}

export class Machines {
  readonly systems: readonly System[]
  readonly #wires: Wire[] = []

  private constructor(count: number) {
    this.systems = Array.from({ length: count }, (_, index) => testSystem({ name: `m${index}` }))
  }

  /** `options` are those of every listener; who has the lower number listens. */
  static async start(count: number, options: ListenOptions = {}): Promise<Machines> {
    const machines = new Machines(count)
    for (const system of machines.systems) system.register('pong', system.spawn(Pong))
    for (let high = 1; high < count; high++) {
      for (let low = 0; low < high; low++) {
        const transport = memoryTransport()
        await machines.at(low).listen(transport.listener, options)
        machines.#wires.push({ ends: [low, high], transport, node: null })
        await machines.mend(low, high)
      }
    }
    return machines
  }

  at(index: number): System {
    const system = this.systems[index]
    if (system === undefined) throw new Error(`there is no machine ${index}`)
    return system
  }

  /** Loses the link between two, with what is on its way. */
  async cut(one: number, other: number): Promise<void> {
    const wire = this.#wire(one, other)
    if (wire.node === null) return
    wire.transport.cut()
    await wire.node.exited
    wire.node = null
    await turns()
  }

  async mend(one: number, other: number): Promise<void> {
    const wire = this.#wire(one, other)
    if (wire.node !== null) return
    wire.node = await this.at(wire.ends[1]).connect(wire.transport.connector)
  }

  isConnected(one: number, other: number): boolean {
    return this.#wire(one, other).node !== null
  }

  transport(one: number, other: number): MemoryTransport {
    return this.#wire(one, other).transport
  }

  /** Resolves when all that was sent before, by any machine, has arrived: asks follow it over each link, both ways. */
  async quiet(): Promise<void> {
    for (const { node, ends } of this.#wires) {
      if (node === null) continue
      const [low, high] = ends
      const back = nodeLike(this.at(high))
      await Promise.all([node.lookup('pong').ask('ping'), this.at(low).lookup('pong', { on: back }).ask('ping')])
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.systems.map((system) => system.shutdown()))
  }

  #wire(one: number, other: number): Wire {
    const found = this.#wires.find(({ ends }) => ends[0] === Math.min(one, other) && ends[1] === Math.max(one, other))
    if (found === undefined) throw new Error(`there is no link between ${one} and ${other}`)
    return found
  }
}

/** Stands for the node that a system is, towards those that it called. */
function nodeLike({ name, id }: System): Node {
  // Safe: lookup reads the id only.
  return { name, id, alive: true } as Node
}
