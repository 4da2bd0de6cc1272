/**
 * The actor that answers in `ask-across`. In a module of its own, since threads and processes import the module to find it.
 */
import { actor } from '@troupe/core'

export const Pong = actor({
  name: 'Pong',
  module: import.meta.url,
  setup() {
    let pings = 0
    return {
      ping: (n: number) => {
        pings++
        return n + 1
      },
      pings: () => pings,
    }
  },
})
