/**
 * `machine`: OTP's gen_statem as a definition. Each state is an object of handlers of its own; what a state does not handle
 * is no message there, and what comes too early can be postponed until the next transition.
 */
import { checkFunction, checkText, checkTimeout } from '../base/check.ts'
import type { ActorDefinition } from '../model/definition.ts'
import { turn } from '../model/envelope.ts'
import type { Self } from '../model/self.ts'
import { cellOf } from './actor-self.ts'
import type { Cell } from './cell.ts'
import { after } from './self-timers.ts'

/** What a state may have besides its handlers. */
export interface StateHooks {
  /** Runs on entering, with the state that was left; null for the first state. */
  onEnter?(from: string | null): unknown
  /** Milliseconds in this state after which `onTimeout` runs. */
  readonly timeout?: number
  onTimeout?(): unknown
}

export interface MachineSelf extends Self {
  /** The state that messages meet now. */
  readonly state: string
  /** Goes to a state when the current message is done: its `onEnter` runs, then what was postponed, then the queue. */
  goto(state: string): void
  /** Puts the current message aside until the next transition; the ask that it may be stays open. */
  postpone(): void
  /** Sends itself a message after `ms` milliseconds, unless the state changes before. */
  stateTimeout(ms: number, method: string, ...args: unknown[]): void
}

type Handlers = Readonly<Record<string, object>>

/** The messages of all states together, without the hooks. */
type ProtocolOf<States> = Omit<Intersection<States[keyof States]>, keyof StateHooks>
type Intersection<Union> = (Union extends unknown ? (value: Union) => void : never) extends (value: infer Both) => void ? Both : never

export interface MachineOptions<States extends Handlers, Args extends readonly unknown[]> {
  readonly name: string
  readonly module?: string
  /** The state to start in. */
  readonly initial: keyof States & string
  /** Once per life; returns the states. */
  setup(self: MachineSelf, ...args: Args): States
}

/**
 * Defines a state machine.
 *
 * @example
 * const Light = machine({
 *   name: 'Light',
 *   initial: 'off',
 *   setup: (self) => ({
 *     off: { press: () => self.goto('on') },
 *     on: { timeout: 60_000, onTimeout: () => self.goto('off'), press: () => self.goto('off') },
 *   }),
 * })
 */
export function machine<States extends Handlers, Args extends readonly unknown[]>(
  options: MachineOptions<States, Args>,
): ActorDefinition<ProtocolOf<States>, Args> {
  checkText('machine: name', options.name)
  checkText('machine: initial', options.initial)
  checkFunction('machine: setup', options.setup)
  const setup = (self: Self, ...args: Args): ProtocolOf<States> => {
    const states = new StateMachine(cellOf(self), options.name)
    const first = states.start(options.setup(states.extend(self), ...args), options.initial)
    // Safe: the messages of the first state are some of those of all states; the others are found when their state comes.
    return first as ProtocolOf<States>
  }
  return { name: options.name, module: options.module, setup }
}

const HOOKS: readonly string[] = ['onEnter', 'timeout', 'onTimeout']

class StateMachine {
  readonly #cell: Cell
  readonly #name: string
  /** By state, the handlers that messages can reach and the hooks that they cannot. */
  readonly #states = new Map<string, { readonly handlers: object; readonly hooks: StateHooks }>()
  #self: Self | null = null
  #state = ''
  /** Where the current message goes when it is done; the last word counts. */
  #next: string | null = null
  #cancelTimers: (() => void)[] = []

  constructor(cell: Cell, name: string) {
    this.#cell = cell
    this.#name = name
  }

  extend(self: Self): MachineSelf {
    this.#self = self
    const machine = this
    return Object.defineProperties(self, {
      state: { get: () => machine.#state },
      goto: { value: (state: string) => machine.#goto(state) },
      postpone: { value: () => self.stash() },
      stateTimeout: { value: (ms: number, method: string, ...args: unknown[]) => machine.#startTimer(ms, method, args) },
    }) as MachineSelf
  }

  start(states: Handlers, initial: string): object {
    if (typeof states !== 'object' || states === null) throw new TypeError(`setup of machine ${this.#name} must return its states, not ${String(states)}`)
    for (const [state, handlers] of Object.entries(states)) this.#states.set(state, split(handlers))
    this.#check(initial)
    // Before any message, once setup is done.
    this.#cell.takeNext(turn(() => this.#enter(initial, null)))
    return this.#states.get(initial)?.handlers ?? {}
  }

  #goto(state: string): void {
    this.#check(state)
    const isUnderWay = this.#next !== null
    this.#next = state
    if (isUnderWay) return
    const from = this.#state
    this.#cell.takeNext(
      turn(() => {
        const next = this.#next ?? from
        this.#next = null
        return this.#enter(next, from)
      }),
    )
  }

  #enter(state: string, from: string | null): unknown {
    const entered = this.#states.get(state)
    if (entered === undefined) return undefined
    for (const cancel of this.#cancelTimers) cancel()
    this.#cancelTimers = []
    this.#state = state
    this.#self?.become(entered.handlers)
    if (from !== null) this.#self?.unstash()
    const { hooks } = entered
    if (hooks.timeout !== undefined) {
      checkTimeout(`timeout of state "${state}"`, hooks.timeout)
      this.#cancelTimers.push(after(this.#cell, hooks.timeout, 'onTimeout', [], () => hooks.onTimeout?.()))
    }
    return hooks.onEnter?.(from)
  }

  #startTimer(ms: number, method: string, args: readonly unknown[]): void {
    this.#cancelTimers.push(after(this.#cell, ms, method, args))
  }

  #check(state: string): void {
    if (this.#states.has(state)) return
    throw new RangeError(`machine ${this.#name} has no state "${String(state)}": it has ${[...this.#states.keys()].join(', ')}`)
  }
}

function split(state: object): { readonly handlers: object; readonly hooks: StateHooks } {
  const handlers: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(state)) if (!HOOKS.includes(name)) handlers[name] = value
  // Safe: the hooks are read by name and called only when they are there.
  return { handlers, hooks: state as StateHooks }
}
