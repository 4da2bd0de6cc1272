/**
 * Another machine as a node of the crew: the supervisor connects to it, and connects again when it was lost. `--remote`
 * has a second program on this machine instead, which the supervisor starts anew when it ended.
 */
import type { Node, NodeDefinition, System } from '@troupe/core'
import { nodeDefinition } from '@troupe/core/transport'
import type { LaunchedNode } from '@troupe/core/transport'
import { wsConnector } from '@troupe/transport-ws'
import { startSecondProgram } from './second-program.ts'

/** A machine before anybody has called it. */
export interface Machine {
  /** The node's id among the supervisor's children. */
  readonly id: string
  readonly actor: NodeDefinition
}

/** Where a machine is, and how to prove ourselves. */
export interface Called {
  readonly url: string
  readonly secret: string
  /** Plaintext to another machine is meant. */
  readonly insecure: boolean
}

/** A machine where somebody else started `--serve`. */
export function machineAt(system: System, id: string, { url, secret, insecure }: Called): Machine {
  const launch = async (): Promise<LaunchedNode> => {
    const handle = await system.connect(wsConnector(url, { secret, insecure }))
    const end = (): Promise<void> => handle.close()
    return { handle, terminate: () => end().then(() => handle.exited), kill: () => void end() }
  }
  return { id, actor: nodeDefinition<Node>({ name: id, launch }) }
}

/** A second program on this machine, with a secret of its own for each life. */
export function secondProgram(system: System, id: string): Machine {
  const launch = async (): Promise<LaunchedNode> => {
    const program = await startSecondProgram()
    try {
      const handle = await system.connect(wsConnector(program.address, { secret: program.secret }))
      // Without its link nobody can reach it any more.
      void handle.exited.then(() => program.end())
      const terminate = async (graceMs: number) => {
        program.leave()
        await program.gone(graceMs)
        return handle.exited
      }
      return { handle, terminate, kill: () => program.end() }
    } catch (error) {
      program.end()
      throw error
    }
  }
  return { id, actor: nodeDefinition<Node>({ name: id, launch }) }
}
