/**
 * The worker of the raw contenders of the queue and pipe questions: a thread with a port to the other one, or a process whose
 * parent passes everything on, as programs without Troupe do it. One message for each value.
 */
import { type MessagePort, parentPort } from 'node:worker_threads'

export type RawOrder =
  | { readonly kind: 'port'; readonly port: MessagePort }
  | { readonly kind: 'produce'; readonly count: number }
  | { readonly kind: 'consume'; readonly count: number }
  /** Answer each value with one more. */
  | { readonly kind: 'echo' }
  /** A value from the other side, by way of the parent. */
  | { readonly kind: 'value'; readonly value: number }

export type RawReport =
  { readonly kind: 'value'; readonly value: number } | { readonly kind: 'sum'; readonly sum: number } | { readonly kind: 'ready' }

interface Outside {
  report(report: RawReport): void
  /** To the other side. */
  send(value: number): void
}

/** Carries out orders and hears values. */
function createSide(outside: Outside): { order(order: RawOrder): void; value(value: number): void } {
  let left = 0
  let sum = 0
  let echoes = false
  return {
    order(order) {
      switch (order.kind) {
        case 'produce':
          for (let value = 1; value <= order.count; value++) outside.send(value)
          break
        case 'consume':
          left = order.count
          sum = 0
          outside.report({ kind: 'ready' })
          break
        case 'echo':
          echoes = true
          outside.report({ kind: 'ready' })
          break
        case 'port':
        case 'value':
          break
      }
    },
    value(value) {
      if (echoes) {
        outside.send(value + 1)
        return
      }
      sum += value
      if (--left === 0) outside.report({ kind: 'sum', sum })
    },
  }
}

// Safe, each time: the contender that started us sends nothing else, and neither does the other side.
if (parentPort !== null) {
  const parent = parentPort
  let other: MessagePort | null = null
  const side = createSide({
    report: (report) => parent.postMessage(report),
    send: (value) => other?.postMessage(value),
  })
  parent.on('message', (message) => {
    const order = message as RawOrder
    if (order.kind !== 'port') {
      side.order(order)
      return
    }
    other = order.port
    other.on('message', (value) => side.value(value as number))
    parent.postMessage({ kind: 'ready' } satisfies RawReport)
  })
} else {
  const say = (report: RawReport): void => void process.send?.(report)
  const side = createSide({ report: say, send: (value) => say({ kind: 'value', value }) })
  process.on('message', (message) => {
    const order = message as RawOrder
    if (order.kind === 'value') side.value(order.value)
    else side.order(order)
  })
}
