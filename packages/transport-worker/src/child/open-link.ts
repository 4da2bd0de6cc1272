/**
 * Opens the pipe to the parent. That it is one is not asked of `fstat`: on Node 20 the stat of a socket makes the next imports
 * miss symbolic links, and a second copy of core is loaded.
 */
import { Socket } from 'node:net'
import { LINK_FD } from '../shared/descriptors.ts'

export function openLink(): Socket {
  try {
    return new Socket({ fd: LINK_FD, readable: true, writable: true })
  } catch (cause) {
    const problem = 'this process was not started by childProcess() of @troupe/transport-worker: its bootstrap has no use here'
    throw new Error(problem, { cause })
  }
}
