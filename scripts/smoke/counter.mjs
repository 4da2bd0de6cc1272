/** An actor for smoke/main.mjs, found by workers through its module's URL. Plain JavaScript: the smoke runs anywhere. */
import { actor } from '@troupe/core'

export const Counter = actor({
  name: 'Counter',
  module: import.meta.url,
  setup(_self, /** @type {number} */ start) {
    let count = start
    return {
      add(/** @type {number} */ n) {
        count += n
      },
      get: () => count,
    }
  },
})
