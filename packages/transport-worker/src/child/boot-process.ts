/**
 * Makes this process a node, with what comes first over the pipe from its parent.
 */
import type { BootData } from '../shared/boot-data.ts'
import { LONGEST_FRAME } from '../shared/frame-format.ts'
import { StreamLink } from '../shared/stream-link.ts'
import { flushAtExit } from './flush-at-exit.ts'
import { openLink } from './open-link.ts'
import { watchParent } from './parent-watch.ts'
import { leaveWithParent, runNode } from './run-node.ts'
import { writeOutputAtOnce } from './whole-output.ts'

export async function bootProcess(): Promise<void> {
  const pipe = openLink()
  watchParent()
  writeOutputAtOnce()
  let booted: (boot: BootData) => void = () => {}
  const boot = new Promise<BootData>((resolve) => (booted = resolve))
  const link = new StreamLink(pipe, {
    peer: `process-${process.ppid}`,
    maxFrame: LONGEST_FRAME,
    onNote: (note) => {
      if (note.kind === 'boot') booted(note.boot)
    },
    onClosed: leaveWithParent,
  })
  flushAtExit(link, pipe)
  const data = await boot
  link.limit(data.maxFrame)
  await runNode(link, data, `process-${process.pid}`)
}
