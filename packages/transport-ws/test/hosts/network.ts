/**
 * Hosts of a test's own on this machine: network namespaces, joined by one that routes between them. The router can drop what
 * goes from one to another without a word, as a cable that was pulled or a firewall does.
 */
import { execFileSync } from 'node:child_process'

/** Why such hosts cannot be made here; null when they can. */
export function whyNoHosts(): string | null {
  if (process.platform !== 'linux') return 'network namespaces are Linux'
  if (process.getuid?.() !== 0) return 'only root makes network namespaces'
  const probe = `troupe-${process.pid}-probe`
  try {
    ip('netns', 'add', probe)
    ip('netns', 'del', probe)
    return null
  } catch (error) {
    return `network namespaces cannot be made here: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`
  }
}

/** Networks that this process made: their names stay apart. */
let made = 0

export class Network implements Disposable {
  readonly #names: readonly string[]
  readonly #prefix = `troupe-${process.pid}-${++made}`
  readonly #router = `${this.#prefix}-r`

  /** Up to 250 hosts, with these names. */
  constructor(names: readonly string[]) {
    this.#names = names
    try {
      ip('netns', 'add', this.#router)
      ip('netns', 'exec', this.#router, 'sysctl', '-qw', 'net.ipv4.ip_forward=1')
      for (const name of names) this.#join(name)
    } catch (error) {
      this[Symbol.dispose]()
      throw error
    }
  }

  /** The namespace of a host. */
  space(name: string): string {
    return `${this.#prefix}-${name}`
  }

  address(name: string): string {
    return `10.77.${this.#number(name)}.2`
  }

  /** From now on nothing that `from` sends reaches `to`. */
  drop(from: string, to: string): void {
    ip('-n', this.#router, 'rule', 'add', 'from', this.address(from), 'to', this.address(to), 'blackhole')
  }

  /** Nothing passes between the two, in either direction. */
  part(one: string, other: string): void {
    this.drop(one, other)
    this.drop(other, one)
  }

  /** All that was dropped passes again. */
  heal(): void {
    for (const from of this.#names) {
      for (const to of this.#names) {
        try {
          ip('-n', this.#router, 'rule', 'del', 'from', this.address(from), 'to', this.address(to), 'blackhole')
        } catch {
          // It was not dropped.
        }
      }
    }
  }

  [Symbol.dispose](): void {
    for (const space of [this.#router, ...this.#names.map((name) => this.space(name))]) {
      try {
        ip('netns', 'del', space)
      } catch {
        // It was not made.
      }
    }
  }

  #join(name: string): void {
    const space = this.space(name)
    const number = this.#number(name)
    const [near, far] = [`tr${number}`, `th${number}`]
    ip('netns', 'add', space)
    ip('-n', space, 'link', 'set', 'lo', 'up')
    ip('-n', this.#router, 'link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', space)
    ip('-n', this.#router, 'addr', 'add', `10.77.${number}.1/24`, 'dev', near)
    ip('-n', this.#router, 'link', 'set', near, 'up')
    ip('-n', space, 'addr', 'add', `${this.address(name)}/24`, 'dev', far)
    ip('-n', space, 'link', 'set', far, 'up')
    ip('-n', space, 'route', 'add', 'default', 'via', `10.77.${number}.1`)
  }

  #number(name: string): number {
    const index = this.#names.indexOf(name)
    if (index < 0) throw new Error(`there is no host "${name}": there are ${this.#names.join(', ')}`)
    return index + 1
  }
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] })
}
