/**
 * A second program on this machine that stands for another machine: it serves word counts, and all that it shares with
 * this one is a WebSocket and a secret. The secret is in its environment, its end is the end of its standard input, so that
 * it does not outlive this program.
 */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { extname } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { SECRET_VARIABLE } from '../secret.ts'

/** From source as from dist. */
const MAIN = fileURLToPath(new URL(`./main${extname(import.meta.url)}`, import.meta.url))
const ADDRESS = /\bws:\/\/\S+/

export interface SecondProgram {
  readonly address: string
  readonly secret: string
  /** Asks it to end in order. */
  leave(): void
  /** Resolves when it has ended, by force after so many milliseconds. */
  gone(graceMs: number): Promise<void>
  /** Ends it at once. */
  end(): void
}

/** Resolves when it listens; rejects when it ends before. */
export async function startSecondProgram(): Promise<SecondProgram> {
  const secret = randomBytes(24).toString('base64url')
  const child = spawn(process.execPath, [...process.execArgv, MAIN, '--serve', '--until-stdin-ends'], {
    env: { ...process.env, [SECRET_VARIABLE]: secret },
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true, // Ctrl-C in the terminal is for this program, not for another machine
  })
  child.stdin.on('error', () => undefined) // it may be gone before its input is closed
  const ended = once(child, 'close')
  const address = await Promise.race([
    addressIn(createInterface(child.stdout)),
    ended.then(() => {
      throw new Error(`the second program ended before it listened: ${child.signalCode ?? `exit code ${child.exitCode}`}`)
    }),
  ])
  const end = (): void => void child.kill('SIGKILL')
  return {
    address,
    secret,
    leave: () => child.stdin.end(),
    async gone(graceMs) {
      const timer = setTimeout(end, graceMs)
      await ended
      clearTimeout(timer)
    },
    end,
  }
}

/** The rest of what it prints is read and dropped, so that it never waits for us. */
async function addressIn(lines: AsyncIterable<string> & NodeJS.EventEmitter): Promise<string> {
  return new Promise((resolve) => {
    lines.on('line', (line: string) => {
      const [address] = ADDRESS.exec(line) ?? []
      if (address !== undefined) resolve(address)
    })
  })
}
