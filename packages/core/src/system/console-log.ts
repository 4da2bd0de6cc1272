/**
 * Where actors' log lines go unless a program says otherwise: the console, one line each, with the actor's path. Debug
 * lines are left out.
 */
import type { Logger } from '../model/self.ts'

/** What `createSystem({ log })` takes: makes the logger of one actor. */
export type LogSink = (path: string) => Logger

export const consoleLog: LogSink = (path) => ({
  debug: () => undefined,
  info: (message, ...details) => console.info(`${path}: ${message}`, ...details),
  warn: (message, ...details) => console.warn(`${path}: ${message}`, ...details),
  error: (message, ...details) => console.error(`${path}: ${message}`, ...details),
})

/** Writes nothing. For tests. */
export const silentLog: LogSink = () => ({
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
})
