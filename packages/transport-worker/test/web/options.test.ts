import { actor } from '@troupe/core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { serve, webWorker, type WebWorkerOptions } from '../../src/web/index.ts'

const start = (): Worker => {
  throw new Error('not in this test')
}

describe('webWorker', () => {
  it.each([
    [{ name: 'a b' }, TypeError, 'name takes letters'],
    [{ name: '' }, TypeError, 'name takes letters'],
    [{ startTimeout: -1 }, RangeError, 'startTimeout takes milliseconds from 0 up, not -1'],
    [{ startTimeout: NaN }, TypeError, 'startTimeout takes a number of milliseconds'],
    [{ maxFrame: 10 }, RangeError, 'maxFrame takes bytes from 1024'],
  ])('refuses %j', (options, kind, problem) => {
    const call = (): unknown => webWorker(start, options)
    expect(call).toThrow(kind)
    expect(call).toThrow(problem)
  })

  it('refuses a worker that cannot be started anew, and options that are none', () => {
    // Safe: wrong on purpose, as callers in JavaScript may be.
    expect(() => webWorker({} as typeof start)).toThrow('a function that makes a new Worker')
    expect(() => webWorker(start, null as unknown as WebWorkerOptions)).toThrow('an object of options')
  })

  it('is a definition, named as the node will be', () => {
    expect([webWorker(start).name, webWorker(start, { name: 'w1' }).name]).toEqual(['web-worker', 'w1'])
  })
})

describe('serve', () => {
  afterEach(() => void vi.unstubAllGlobals())
  const Echo = actor({ name: 'Echo', setup: () => ({}) })

  it('says that it is for workers', () => {
    expect(() => serve(Echo)).toThrow('serve() is for the script of a web worker')
  })

  it('says to the page that it serves, and refuses what is no list of definitions', () => {
    const posted: unknown[] = []
    vi.stubGlobal('importScripts', () => undefined)
    vi.stubGlobal('close', () => undefined)
    vi.stubGlobal('postMessage', (data: unknown) => posted.push(data))
    vi.stubGlobal('addEventListener', () => undefined)
    expect(() => serve(Echo, actor({ name: 'Echo', setup: () => ({}) }))).toThrow('two definitions named "Echo"')
    // Safe: wrong on purpose.
    expect(() => serve('Echo' as unknown as typeof Echo)).toThrow('takes definitions of actors, not Echo')
    expect(posted).toEqual([])
    serve(Echo)
    expect(posted).toEqual(['@troupe: serving'])
  })
})
