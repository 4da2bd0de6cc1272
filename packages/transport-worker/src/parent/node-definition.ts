/**
 * Stands in for core's function of the same name until the door has it.
 */
import type { LaunchedNode, Node, NodeDefinition, NodeHost } from '@troupe/core/transport'

export type { NodeDefinition } from '@troupe/core/transport'

export function nodeDefinition<Handle extends Node>(definition: {
  readonly name: string
  readonly launch: (host: NodeHost) => Promise<LaunchedNode<Handle>>
}): NodeDefinition<Handle> {
  return {
    ...definition,
    module: undefined,
    setup: () => {
      throw new Error('a stand-in has no setup')
    },
  }
}
