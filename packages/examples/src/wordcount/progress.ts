/**
 * An actor that shows how far the count is: live bars in a terminal, elsewhere a plain line about once a second.
 */
import type { WriteStream } from 'node:tty'
import { actor } from '@troupe/core'
import type { ActorRef } from '@troupe/core'
import { createLogUpdate } from 'log-update'
import { progressBars, progressLine } from './progress-text.ts'
import type { Goal } from './progress-text.ts'
import type { CoordinatorProtocol } from './protocol.ts'

const BARS_EVERY = 100
const LINE_EVERY = 1_000

export interface ProgressOptions {
  readonly coordinator: ActorRef<CoordinatorProtocol>
  readonly goal: Goal
  readonly stream: WriteStream | NodeJS.WritableStream
}

export const Progress = actor({
  name: 'Progress',
  setup(self, { coordinator, goal, stream }: ProgressOptions) {
    // A terminal that does not know its size has no room for bars.
    const live = 'isTTY' in stream && stream.isTTY && stream.columns > 0 ? createLogUpdate(stream) : null

    self.every(live ? BARS_EVERY : LINE_EVERY, 'show')
    self.onStop(() => live?.done())
    return {
      async show() {
        const tally = await coordinator.ask('progress')
        if (live) live(progressBars(tally, goal))
        else stream.write(`${progressLine(tally, goal)}\n`)
      },
    }
  },
})
