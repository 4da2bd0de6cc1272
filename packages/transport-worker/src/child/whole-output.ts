/**
 * What a process prints arrives, also when it exits right after: its output is written at once where that leads to a pipe or a
 * socket, as it is anyway where it leads to a terminal or a file. Node would drop what the kernel has not taken.
 */
import { Socket } from 'node:net'

export function writeOutputAtOnce(): void {
  for (const stream of [process.stdout, process.stderr]) {
    const handle: unknown = stream instanceof Socket && '_handle' in stream ? stream._handle : null
    if (canBlock(handle)) handle.setBlocking(true)
  }
}

/** Node has no public name for it. */
function canBlock(handle: unknown): handle is { setBlocking(blocking: boolean): unknown } {
  return typeof handle === 'object' && handle !== null && 'setBlocking' in handle && typeof handle.setBlocking === 'function'
}
