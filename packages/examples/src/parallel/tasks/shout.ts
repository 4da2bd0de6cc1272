/**
 * The child process's side of `sentinel`: it answers lines in capitals, until it is told that there are no more.
 */
import { sentinel } from '@troupe/core'
import { task } from '@troupe/core/parallel'
import type { PipeEnd } from '@troupe/core/parallel'

/** A sentinel of our own: the same value in every program that names it, and equal to nothing else. */
export const COUNT = sentinel('examples.COUNT')

export type Line = string | typeof COUNT

export const shout = task({
  name: 'shout',
  module: import.meta.url,
  async run(end: PipeEnd<string, Line>): Promise<number> {
    let lines = 0
    // STOP ends the loop. So does the other end's close, and its death with an error.
    for await (const line of end) {
      if (typeof line === 'string') {
        lines++
        await end.send(line.toUpperCase())
      } else if (line === COUNT) {
        await end.send(`(${lines} lines so far)`)
      }
    }
    end.close()
    return lines
  },
})
