/**
 * The counting actor: takes batches of files and answers with the counts. It lives on a worker thread or in a child process,
 * and each incarnation tells the coordinator that it is there and has nothing to do.
 */
import { threadId } from 'node:worker_threads'
import { actor } from '@troupe/core'
import type { ActorRef } from '@troupe/core'
import { countFiles } from './count-files.ts'
import type { CoordinatorProtocol, CounterProtocol } from './protocol.ts'

export const Counter = actor({
  name: 'Counter',
  module: import.meta.url,
  setup(self, coordinator: ActorRef<CoordinatorProtocol>, worker: string): CounterProtocol {
    void coordinator.tell('ready', worker, { pid: process.pid, threadId })
    // Between two files it listens to its end: an orderly stop does not wait for the whole batch.
    return { count: (paths) => countFiles(paths, self.signal) }
  },
})
