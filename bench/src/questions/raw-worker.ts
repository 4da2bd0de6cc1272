/**
 * The worker of the raw contenders: a thread that reads messages from its parent's port, or a process that reads them from IPC.
 */
import { parentPort } from 'node:worker_threads'
import { createRawServant, type RawRequest } from './raw-protocol.ts'

// Safe, both times: the contender that started us sends nothing else.
if (parentPort !== null) {
  const port = parentPort
  const serve = createRawServant((reply) => port.postMessage(reply))
  port.on('message', (request) => serve(request as RawRequest))
} else {
  const serve = createRawServant((reply) => process.send?.(reply))
  process.on('message', (request) => serve(request as RawRequest))
}
