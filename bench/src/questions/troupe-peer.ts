/**
 * The near end of Troupe's contenders in the hop questions: an actor spawned on another node.
 */
import { createSystem, type Node, type NodeDefinition, type System } from '@troupe/core'
import { Far } from './far-actors.ts'
import type { Peer } from './hop.ts'

export async function connectTroupe<Handle extends Node>(worker: NodeDefinition<Handle>): Promise<Peer> {
  const system = createSystem({ name: 'bench' })
  return await peerOn(system, await system.start(worker))
}

/** Ends the system with the peer. */
export async function peerOn(system: System, on: Node): Promise<Peer> {
  const far = system.spawn(Far, [], { on })
  await far.ready
  return {
    take: (n) => far.tell('take', { name: 'reading', n }),
    taken: () => far.with({ timeout: Infinity }).ask('taken'),
    increment: (n) => far.ask('increment', n),
    takeBytes: (bytes) => far.tell('takeBytes', bytes),
    takenBytes: () => far.with({ timeout: Infinity }).ask('takenBytes'),
    end: () => system.shutdown(),
  }
}
