/**
 * `machine`: OTP's gen_statem as a definition. Each state is an object of handlers of its own; what a state does not handle
 * is no message there, and what comes too early can be postponed until the next transition.
 */
import { checkFunction, checkText, checkTimeout, print } from '../base/check.ts'
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
  /**
   * Goes to a state when the current message is done: its `onEnter` runs, then what was postponed, then the queue. The state
   * that it is in already is entered anew. The last call of a message counts.
   */
  goto(state: string): void
  /** Puts the current message aside until the next transition; the ask that it may be stays open. */
  postpone(): void
  /** Sends itself a message after `ms` milliseconds, unless the state changes before. */
  stateTimeout(ms: number, method: string, ...args: unknown[]): void
}

type Handlers = Readonly<Record<string, object>>

/** The messages of all states together, without the hooks. */
type ProtocolOf<States> = Omit<Intersection<States[keyof States]>, keyof StateHooks>
type Intersection<Union> = (Union extends unknown ? (value: Union) => void : never) extends (value: infer Both) => void
  ? Both
  : never

export interface MachineOptions<States extends Handlers, Args extends readonly unknown[]> {
  readonly name: string
  readonly module?: string
  /** The state to start in. */
  readonly initial: keyof States & string
  /** Once per life; returns the states. */
  setup(self: MachineSelf, ...args: Args): States | Promise<States>
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
  const setup = (self: Self, ...args: Args): ProtocolOf<States> | Promise<ProtocolOf<States>> => {
    const cell = cellOf(self)
    const states = new StateMachine(cell, self, options.name)
    // Safe: the messages of the first state are some of those of all states; the others are found when their state comes.
    const begin = (made: Handlers): ProtocolOf<States> => states.start(made, options.initial) as ProtocolOf<States>
    const made = options.setup(states.extend(), ...args)
    return made instanceof Promise ? made.then(begin) : begin(made)
  }
  return { name: options.name, module: options.module, setup }
}

/** What messages see of a state's hooks: nothing. */
const HIDDEN: PropertyDescriptorMap = { onEnter: {}, timeout: {}, onTimeout: {} }

interface State {
  /** The state's object as messages reach it; its hooks run on it too, so that they share what handlers keep in `this`. */
  readonly handlers: object
  readonly hooks: StateHooks
}

class StateMachine {
  readonly #cell: Cell
  readonly #self: Self
  readonly #name: string
  readonly #states = new Map<string, State>()
  #state = ''
  /** Where the current message goes when it is done; the last word counts. */
  #next: string | null = null
  #cancelTimers: (() => void)[] = []

  constructor(cell: Cell, self: Self, name: string) {
    this.#cell = cell
    this.#self = self
    this.#name = name
  }

  extend(): MachineSelf {
    return Object.defineProperties(this.#self, {
      state: { get: () => this.#state },
      goto: { value: (state: string) => this.#goto(state) },
      postpone: { value: () => this.#self.stash() },
      stateTimeout: { value: (ms: number, method: string, ...args: unknown[]) => this.#startTimer(ms, method, args) },
    }) as MachineSelf
  }

  /** Takes the states; the first one is entered before any message. */
  start(states: Handlers, initial: string): object {
    if (typeof states !== 'object' || states === null) {
      throw new TypeError(`setup of machine ${this.#name} must return its states, not ${print(states)}`)
    }
    for (const [state, handlers] of Object.entries(states)) this.#states.set(state, toState(state, handlers))
    this.#check(initial)
    this.#takeNext(() => this.#enter(initial, null))
    return this.#states.get(initial)?.handlers ?? {}
  }

  #goto(state: string): void {
    this.#check(state)
    const isUnderWay = this.#next !== null
    this.#next = state
    if (isUnderWay) return
    this.#takeNext(() => {
      const next = this.#next ?? state
      this.#next = null
      return this.#enter(next, this.#state)
    })
  }

  #enter(state: string, from: string | null): unknown {
    const entered = this.#states.get(state)
    if (entered === undefined) return undefined
    for (const cancel of this.#cancelTimers) cancel()
    this.#cancelTimers = []
    this.#state = state
    const { handlers, hooks } = entered
    this.#self.become(handlers)
    if (from !== null) this.#self.unstash()
    if (hooks.timeout !== undefined) {
      this.#cancelTimers.push(after(this.#cell, hooks.timeout, 'onTimeout', [], () => hooks.onTimeout?.call(handlers)))
    }
    return hooks.onEnter?.call(handlers, from)
  }

  #startTimer(ms: number, method: string, args: readonly unknown[]): void {
    this.#cancelTimers.push(after(this.#cell, ms, method, args))
  }

  /** Runs before what waits, in this life only: the queue outlives it. */
  #takeNext(run: () => unknown): void {
    this.#cell.takeNext(turn(() => (this.#cell.self === this.#self ? run() : undefined)))
  }

  #check(state: string): void {
    if (this.#states.size === 0)
      throw new Error(`machine ${this.#name} is being set up: it starts in its initial state, not in "${state}"`)
    if (this.#states.has(state)) return
    throw new RangeError(`machine ${this.#name} has no state "${String(state)}": it has ${[...this.#states.keys()].join(', ')}`)
  }
}

function toState(name: string, state: object): State {
  if (typeof state !== 'object' || state === null)
    throw new TypeError(`state "${name}" must be an object of handlers, not ${print(state)}`)
  // Safe: the hooks are read by name and called only when they are there.
  const hooks = state as StateHooks
  if (hooks.timeout !== undefined) checkTimeout(`timeout of state "${name}"`, hooks.timeout)
  return { handlers: Object.create(state, HIDDEN) as object, hooks }
}
