/**
 * A port of Node's, between two threads.
 */
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import type { Port } from './port.ts'

export function threadPort(port: MessagePort): Port {
  return {
    listen(message, closed) {
      port.on('message', message)
      port.on('close', closed)
    },
    post: (post, moved) => port.postMessage(post, moved),
    close: () => port.close(),
    left: () => undefined, // Node closes this end too, and says so
    *waiting() {
      for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) yield next.message
    },
  }
}
