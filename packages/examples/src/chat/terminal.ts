/**
 * The chat's terminal: lines that are typed, lines that are printed above them. Where input or output is no terminal, plain lines.
 */
import { createInterface } from 'node:readline'
import type { Interface } from 'node:readline'

/** Other people's text must not move our cursor or paint over what was printed. */
const CONTROL = /\p{Cc}/gu

export class Terminal {
  readonly #isTerminal = process.stdin.isTTY && process.stdout.isTTY
  #typed: Interface | null = null

  /** From now on `line` gets what is typed, and `end` hears of its end. Before that, nothing is read: input waits. */
  read(line: (text: string) => void, end: () => void): void {
    const { stdin, stdout } = process
    this.#typed = createInterface(this.#isTerminal ? { input: stdin, output: stdout } : { input: stdin, terminal: false })
    this.#typed.on('line', (text) => {
      line(text)
      this.#prompt()
    })
    this.#typed.on('close', () => {
      this.#typed = null
      end()
    })
    // Keys are read one by one now, and Ctrl-C is one of them.
    this.#typed.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
    this.#prompt()
  }

  print(text: string): void {
    const safe = text.replaceAll(CONTROL, ' ')
    console.log(this.#isTerminal ? `\r\u001b[K${safe}` : safe)
    this.#prompt()
  }

  close(): void {
    this.#typed?.close()
  }

  #prompt(): void {
    if (this.#isTerminal) this.#typed?.prompt(true)
  }
}
