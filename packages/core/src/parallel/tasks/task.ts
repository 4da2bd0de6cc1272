/**
 * Tasks: functions that can be named from anywhere, as pickle names functions: by module and exported name. A task is called
 * like the function it is made of, and may be sent: what travels is its name, and the arguments that are bound to it.
 */
import { serializable } from '../../index.ts'
import { NotATaskError, TaskNotFoundError } from './errors.ts'

export interface TaskOptions<Args extends readonly unknown[], Result> {
  /** The name under which the module exports it. */
  readonly name: string
  /** `import.meta.url` of the module that exports it. Workers import that module: it must not be the program that starts them. */
  readonly module: string
  /** May be async. */
  readonly run: (...args: Args) => Result
}

/** A function that pools, managers and workers can run elsewhere. Calling it runs it here. */
export interface Task<Args extends readonly unknown[] = readonly never[], Result = unknown> {
  (...args: Args): Result
  readonly name: string
  /** URL of the module that exports it. */
  readonly module: string
}

/** What a task resolves to. */
export type ResultOf<AnyTask> = AnyTask extends (...args: never[]) => infer Result ? Awaited<Result> : never

/** How a task is found again, and what is bound to it. */
export interface TaskParts {
  readonly module: string
  readonly name: string
  readonly run: (...args: never[]) => unknown
  /** The first arguments, bound. */
  readonly bound: readonly unknown[]
}

const PARTS = Symbol('troupe.task')

/** What every task is an instance of: so that pickling knows it. */
abstract class TaskInstance extends Function {
  declare readonly [PARTS]: TaskParts
}

/** Tasks that modules of this process have defined. As with classes, the whole process has to agree on what a name means. */
const known = new Map<string, TaskParts>()

/**
 * Makes a task of a function. Define it at the top of a module, and export it under its name. Throws TypeError for wrong options.
 *
 * @example
 * export const square = task({ name: 'square', module: import.meta.url, run: (x: number) => x * x })
 * square(3) // 9
 */
export function task<Args extends readonly unknown[], Result>(options: TaskOptions<Args, Result>): Task<Args, Result> {
  const { name, module, run } = options
  if (typeof name !== 'string' || name === '')
    throw new TypeError(`task: name takes a string that is not empty, not ${show(name)}`)
  if (typeof module !== 'string' || !URL.canParse(module))
    throw new TypeError(`task "${name}": module takes import.meta.url of the module that exports it, not ${show(module)}`)
  if (typeof run !== 'function') throw new TypeError(`task "${name}": run takes a function, not ${show(run)}`)
  const parts: TaskParts = { module, name, run, bound: [] }
  known.set(keyOf(module, name), parts)
  return newTask(parts)
}

/**
 * The task with its first arguments given (Python's `functools.partial`). The result is a task, too: it may be sent, with what is
 * bound, which has to be what can be pickled.
 *
 * @example
 * const triple = bind(multiply, 3)
 */
export function bind<First extends readonly unknown[], Rest extends readonly unknown[], Result>(
  bound: Task<readonly [...First, ...Rest], Result>,
  ...args: First
): Task<Rest, Result> {
  const parts = partsOf('bind', bound)
  return newTask({ ...parts, bound: [...parts.bound, ...args] })
}

/** True for what `task` and `bind` return, and for tasks that were sent here. */
export function isTask(value: unknown): value is Task<readonly unknown[]> {
  return value instanceof TaskInstance
}

/** What a task is made of. Throws NotATaskError, naming `who` was given something else, and saying what to do. */
export function partsOf(who: string, value: unknown): TaskParts {
  if (value instanceof TaskInstance) return value[PARTS]
  throw new NotATaskError(`${who} takes a task, not ${show(value)}${typeof value === 'function' ? howTo(value.name) : ''}`)
}

/** The function of a task whose module is loaded in this process; null when it is not. */
export function findLoaded(module: string, name: string): ((...args: never[]) => unknown) | null {
  return known.get(keyOf(module, name))?.run ?? null
}

function newTask<Args extends readonly unknown[], Result>(parts: TaskParts): Task<Args, Result> {
  const { run, bound, name, module } = parts
  // Safe: the task's type is that of `run` without what is bound.
  const call = (...args: unknown[]): unknown => run(...((bound.length === 0 ? args : [...bound, ...args]) as never[]))
  Object.setPrototypeOf(call, TaskInstance.prototype)
  Object.defineProperties(call, {
    name: { value: name, configurable: true },
    module: { value: module, enumerable: true },
    [PARTS]: { value: parts },
  })
  // Safe: it is a function of these arguments, with the properties that were just defined.
  return call as unknown as Task<Args, Result>
}

function keyOf(module: string, name: string): string {
  return `${module}#${name}`
}

/** What cannot be called here says so when it is: it may still be passed on. */
function absent(module: string, name: string): () => never {
  return () => {
    throw new TaskNotFoundError(name, `its module ${module} is not loaded in this program: a pool runs it, a call cannot`)
  }
}

function howTo(name: string): string {
  const called = name === '' ? 'work' : name
  return `: code does not travel, it is found by module and exported name. Export it as a task: export const ${called} = task({ name: '${called}', module: import.meta.url, run: … })`
}

function show(value: unknown): string {
  if (typeof value === 'function') return value.name === '' ? 'a function without a name' : `function ${value.name}`
  if (typeof value === 'string') return JSON.stringify(value)
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}

serializable(TaskInstance, {
  name: 'troupe.Task',
  toState: (instance): unknown => {
    const { module, name, bound } = instance[PARTS]
    return bound.length === 0 ? [module, name] : [module, name, bound]
  },
  fromState: (state: unknown): TaskInstance => {
    if (!Array.isArray(state)) throw new TypeError('a task that arrived has no name')
    // Safe: each is looked at.
    const [module, name, bound = []] = state as readonly unknown[]
    if (typeof module !== 'string' || typeof name !== 'string' || !Array.isArray(bound))
      throw new TypeError('a task that arrived is spelled wrongly')
    const { run = absent(module, name) } = known.get(keyOf(module, name)) ?? {}
    // Safe: a task is an instance: newTask says so.
    return newTask({ module, name, run, bound }) as unknown as TaskInstance
  },
})
