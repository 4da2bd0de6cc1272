/**
 * What the tests of workers share: a system that is quiet, and both kinds of workers.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createSystem, silentLog, type System } from '@troupe/core'
import { childProcess, thread } from '../src/index.ts'
import { inheritedByProcess } from '../src/parent/exec-argv.ts'
import { readsTypeScript } from '../src/shared/typescript.ts'

export function testSystem(): System {
  return createSystem({ name: 'test', log: silentLog })
}

export const kinds = [
  ['thread', thread],
  ['child process', childProcess],
] as const

/** A program that was started, with what it has printed. */
export interface Running {
  readonly child: ChildProcess
  readonly pid: number
  /** All of its output so far. */
  readonly text: () => string
  /** Resolves when it, and everybody who has its output, has closed that: workers inherit it. */
  readonly silent: Promise<void>
  readonly exited: Promise<readonly [code: number | null, signal: NodeJS.Signals | null]>
  /** Resolves with the words of the first line that begins so. */
  line(start: string): Promise<string[]>
}

/** Runs a program of test/programs from source, in a process group of its own. */
export function runProgram(name: string, ...args: string[]): Running {
  const flags = [...inheritedByProcess(process.execArgv), ...(readsTypeScript() ? [] : ['--import', 'tsx'])]
  const file = fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url))
  const child = spawn(process.execPath, [...flags, file, ...args], { stdio: ['ignore', 'pipe', 'inherit'], detached: true })
  const { pid = 0, stdout } = child
  let text = ''
  const changed = new EventEmitter()
  stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
    changed.emit('text')
  })
  const silent = once(stdout, 'close').then(() => void changed.emit('text', 'end'))
  return {
    child,
    pid,
    text: () => text,
    silent,
    exited: once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>,
    async line(start) {
      for (;;) {
        const line = text
          .split('\n')
          .slice(0, -1)
          .find((each) => each.startsWith(start))
        if (line !== undefined) return line.split(' ')
        if (stdout.destroyed) throw new Error(`the program ended without a line that begins with ${start}: ${text}`)
        await once(changed, 'text')
      }
    },
  }
}
