/**
 * A program that runs while a test talks to it: what is typed goes to its input, what it prints is waited for.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'

export interface LiveProgram extends AsyncDisposable {
  /** All that it printed so far, errors too. */
  readonly output: string
  type(line: string): void
  /** Closes its input. */
  close(): void
  signal(signal: NodeJS.Signals): void
  /** Resolves with the match as soon as it has printed it; rejects when it ends before. */
  prints(pattern: RegExp): Promise<RegExpExecArray>
  /** Its exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>
}

/** Starts the program at `path`; `env` is added to ours. */
export function liveProgram(path: string, args: readonly string[], env: NodeJS.ProcessEnv): LiveProgram {
  const child = spawn(process.execPath, [path, ...args], {
    stdio: 'pipe',
    env: { ...process.env, ...env },
  })
  let output = ''
  const look = new Set<() => void>()
  const more = (chunk: string): void => {
    output += chunk
    for (const check of look) check()
  }
  child.stdout.setEncoding('utf8').on('data', more)
  child.stderr.setEncoding('utf8').on('data', more)
  child.stdin.on('error', () => undefined) // it may have ended
  let isOver = false
  const ended = once(child, 'close').then(() => {
    isOver = true
    for (const check of look) check()
    return child.exitCode
  })
  return {
    get output() {
      return output
    },
    type: (line) => void child.stdin.write(`${line}\n`),
    close: () => void child.stdin.end(),
    signal: (signal) => void child.kill(signal),
    prints: (pattern) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          const match = pattern.exec(output)
          if (!match && !isOver) return
          look.delete(check)
          if (match) resolve(match)
          else reject(new Error(`it ended without printing ${String(pattern)}, but:\n${output}`))
        }
        look.add(check)
        check()
      }),
    ended,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
