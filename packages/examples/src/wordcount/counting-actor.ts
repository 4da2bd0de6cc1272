/**
 * The counting actor on another machine: what `--serve` offers. It is sent the contents of files, and never a path: whoever
 * may count there shall not read there.
 */
import { threadId } from 'node:worker_threads'
import { actor } from '@troupe/core'
import type { ActorRef } from '@troupe/core'
import { countContent } from './count-files.ts'
import type { CoordinatorProtocol, RemoteCounterProtocol } from './protocol.ts'

export const CountingActor = actor({
  name: 'CountingActor',
  module: import.meta.url,
  setup(_self, coordinator: ActorRef<CoordinatorProtocol>, worker: string): RemoteCounterProtocol {
    void coordinator.tell('ready', worker, { pid: process.pid, threadId })
    return {
      countContents(contents) {
        const counts = new Map<string, number>()
        for (const content of contents) countContent(content, counts)
        return counts
      },
    }
  },
})
