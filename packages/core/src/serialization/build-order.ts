/**
 * In which order to fill the nodes of a table, when some of them are made by `fromState`: what such a node's state leads to
 * is filled first, as far as it does not lead back.
 */
import { HOLE_MARK, NEGATIVE_ZERO_MARK, Tag } from './node-tags.ts'
import type { Node } from './node-tags.ts'

const Mark = { unseen: 0, open: 1, done: 2 } as const

/**
 * Node indexes, each after those that it refers to; a reference that closes a cycle does not count. Calls `onLoop` for a
 * state node that can be reached from its own state: there is no order for it.
 */
export function buildOrder(nodes: readonly Node[], onLoop: (node: number) => never): number[] {
  const marks = new Uint8Array(nodes.length)
  const order: number[] = []
  for (let start = 0; start < nodes.length; start++) {
    if (marks[start] !== Mark.unseen) continue
    const path = [start]
    const places = [0]
    marks[start] = Mark.open
    while (path.length > 0) {
      const at = path.length - 1
      const index = path[at] ?? 0
      const node = nodes[index] ?? []
      const place = places[at] ?? 0
      if (place === node.length) {
        marks[index] = Mark.done
        order.push(index)
        path.pop()
        places.pop()
        continue
      }
      places[at] = place + 1
      const next = referenceIn(node[place])
      if (next === undefined || next >= nodes.length) continue
      if (marks[next] === Mark.unseen) {
        marks[next] = Mark.open
        path.push(next)
        places.push(0)
      } else if (marks[next] === Mark.open && nodes[next]?.[0] === Tag.state) {
        onLoop(next)
      }
    }
  }
  return order
}

function referenceIn(slot: unknown): number | undefined {
  if (!Array.isArray(slot)) return undefined
  const index: unknown = slot[0]
  return typeof index === 'number' && index !== NEGATIVE_ZERO_MARK && index !== HOLE_MARK ? index : undefined
}
