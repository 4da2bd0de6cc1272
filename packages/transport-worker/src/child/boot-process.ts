/**
 * Makes this process a node, with what comes first over the pipe from its parent.
 */
import { Socket } from 'node:net'
import type { BootData } from '../shared/boot-data.ts'
import { LINK_FD } from '../shared/descriptors.ts'
import { LONGEST_FRAME } from '../shared/frame-format.ts'
import { StreamLink } from '../shared/stream-link.ts'
import { flushAtExit } from './flush-at-exit.ts'
import { watchParent } from './parent-watch.ts'
import { leaveWithParent, runNode } from './run-node.ts'
import { writeOutputAtOnce } from './whole-output.ts'

export async function bootProcess(): Promise<void> {
  const socket = openLink()
  watchParent()
  writeOutputAtOnce()
  let booted: (boot: BootData) => void = () => {}
  const boot = new Promise<BootData>((resolve) => (booted = resolve))
  const link = new StreamLink(socket, {
    peer: `process-${process.ppid}`,
    maxFrame: LONGEST_FRAME,
    onNote: (note) => {
      if (note.kind === 'boot') booted(note.boot)
    },
    onClosed: leaveWithParent,
  })
  flushAtExit(link, socket)
  const data = await boot
  link.limit(data.maxFrame)
  await runNode(link, data, `process-${process.pid}`)
}

/**
 * The pipe to the parent. That it is one is not asked of `fstat`: on Node 20 the stat of a socket makes the next imports miss
 * symbolic links, and a second copy of core is loaded.
 */
function openLink(): Socket {
  try {
    return new Socket({ fd: LINK_FD, readable: true, writable: true })
  } catch (cause) {
    throw new Error('this process was not started by childProcess() of @troupe/transport-worker: its bootstrap has no use here', {
      cause,
    })
  }
}
