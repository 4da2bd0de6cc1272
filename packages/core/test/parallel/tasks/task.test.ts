import { describe, expect, expectTypeOf, it } from 'vitest'
import { copyByPickling } from '../../../src/index.ts'
import { TaskNotFoundError, bind, currentTask, isTask, task } from '../../../src/parallel/index.ts'
import type { Task } from '../../../src/parallel/index.ts'
import { partsOf } from '../../../src/parallel/tasks/task.ts'
import { findAmong, findByImport } from '../../../src/parallel/tasks/find-task.ts'
import { rejection } from '../../support/waiting.ts'
import { power, square } from '../pool/tasks.ts'

const noRefs = {
  toWire: () => [],
  fromWire: () => {
    throw new Error('there are no refs')
  },
}

describe('a task', () => {
  it('is called like the function that it is made of', () => {
    expect(square(3)).toBe(9)
    expect([square.name, square.module]).toEqual(['square', new URL('../pool/tasks.ts', import.meta.url).href])
    expectTypeOf(square).toEqualTypeOf<Task<[x: number], number>>()
    // @ts-expect-error it takes a number
    expect(square('3')).toBe(9)
  })

  it('takes a name, a module and a function', () => {
    const module = import.meta.url
    expect(() => task({ name: '', module, run: () => 1 })).toThrow('task: name takes a string that is not empty, not ""')
    expect(() => task({ name: 'x', module: './x.ts', run: () => 1 })).toThrow('task "x": module takes import.meta.url')
    expect(() => task({ name: 'x', module, run: 1 as never })).toThrow('task "x": run takes a function, not 1')
  })

  it('has arguments bound to it', () => {
    const powerOfTwo = bind(power, 2)
    expectTypeOf(powerOfTwo).toEqualTypeOf<Task<[exponent: number], number>>()
    expect(powerOfTwo(10)).toBe(1024)
    expect(bind(bind(power, 2), 3)()).toBe(8)
  })

  it('may be sent, with what is bound to it', () => {
    const copy = copyByPickling([square, bind(power, 2)], 'args', noRefs) as [Task<[number], number>, Task<[number], number>]
    expect(copy.map((each) => isTask(each))).toEqual([true, true])
    expect(copy[0](3)).toBe(9)
    expect(copy[1](3)).toBe(8)
  })

  it('is no closure: the error says how to make a task of one', () => {
    const double = (x: number): number => 2 * x
    expect(() => partsOf('pool.run', double)).toThrow(
      "pool.run takes a task, not function double: code does not travel, it is found by module and exported name. Export it as a task: export const double = task({ name: 'double', module: import.meta.url, run: … })",
    )
    expect(() => partsOf('pool.run', undefined)).toThrow('pool.run takes a task, not undefined')
  })
})

describe('finding a task', () => {
  it('imports its module, and looks for the task that is exported under its name', async () => {
    const find = findByImport((url) => import(url) as Promise<object>)
    expect(await find(square.module, 'square')).toBe(partsOf('it', square).run)
    const missing = await rejection(Promise.resolve(find(square.module, 'cube')))
    expect(missing).toBeInstanceOf(TaskNotFoundError)
    expect(missing).toHaveProperty(
      'message',
      expect.stringContaining('exports no task of that name: export it at the top of the module'),
    )
    const other = await rejection(Promise.resolve(find(square.module, 'gates')))
    expect(other).toHaveProperty('message', expect.stringContaining('exports something else under that name'))
    const gone = await rejection(Promise.resolve(find('file:///no/such/module.js', 'x')))
    expect(gone).toHaveProperty('message', expect.stringContaining('could not be loaded'))
  })

  it('among those that are offered imports nothing', () => {
    const find = findAmong([square])
    expect(find('file:///whatever.js', 'square')).toBe(partsOf('it', square).run)
    expect(() => find(power.module, 'power')).toThrow('task "power": it is not offered on that node')
    expect(() => findAmong([square, task({ name: 'square', module: import.meta.url, run: () => 1 })])).toThrow(
      'offerTasks lists two tasks named "square"',
    )
  })
})

describe('currentTask', () => {
  it('in a plain call is one that nobody cancels', () => {
    expect(currentTask().signal.aborted).toBe(false)
    expect(currentTask().report('half')).toBeUndefined()
  })
})
