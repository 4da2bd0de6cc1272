/**
 * What a worker runs first: `@troupe/transport-worker/bootstrap`. Importing it makes this thread or process the node that its
 * parent started it to be; bundles give it a file of its own.
 */
import { isMainThread } from 'node:worker_threads'
import { bootProcess } from './boot-process.ts'
import { bootThread } from './boot-thread.ts'

void (isMainThread ? bootProcess() : bootThread())
