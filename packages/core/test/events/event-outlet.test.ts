import { config } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { EventOutlet } from '../../src/events/event-outlet.ts'

describe('event outlet', () => {
  it('tells every listener, in order', () => {
    const outlet = new EventOutlet<number>()
    const heard: string[] = []
    outlet.stream.subscribe((event) => heard.push(`a${event}`))
    outlet.stream.subscribe((event) => heard.push(`b${event}`))
    outlet.emit(1)
    outlet.emit(2)
    expect(heard).toEqual(['a1', 'b1', 'a2', 'b2'])
  })

  it('knows whether anybody listens', () => {
    const outlet = new EventOutlet<number>()
    expect(outlet.hasListeners).toBe(false)
    const one = outlet.stream.subscribe()
    const other = outlet.stream.subscribe()
    one.unsubscribe()
    expect(outlet.hasListeners).toBe(true)
    other.unsubscribe()
    expect(outlet.hasListeners).toBe(false)
  })

  it('tells nothing to those who left or came later', () => {
    const outlet = new EventOutlet<number>()
    const heard: number[] = []
    const early = outlet.stream.subscribe((event) => heard.push(event))
    outlet.emit(1)
    early.unsubscribe()
    outlet.emit(2)
    outlet.stream.subscribe((event) => heard.push(event))
    outlet.emit(3)
    expect(heard).toEqual([1, 3])
  })

  it('gives each new listener what it missed, where there is such a thing', () => {
    const state: string[] = ['up']
    const outlet = new EventOutlet<string>(() => state)
    const heard: string[] = []
    outlet.stream.subscribe((event) => heard.push(event))
    outlet.emit('down')
    expect(heard).toEqual(['up', 'down'])
  })

  it('lets a listener leave, come and emit while it is told', () => {
    const outlet = new EventOutlet<number>()
    const heard: string[] = []
    const once = outlet.stream.subscribe((event) => {
      heard.push(`once ${event}`)
      once.unsubscribe()
      if (event === 1) outlet.emit(2)
    })
    outlet.stream.subscribe((event) => heard.push(`always ${event}`))
    outlet.emit(1)
    expect(heard.sort()).toEqual(['always 1', 'always 2', 'once 1'])
  })

  it('completes for all when it is closed, and at once for those who come then', () => {
    const outlet = new EventOutlet<number>()
    const heard: string[] = []
    outlet.stream.subscribe({ complete: () => heard.push('early') })
    outlet.close()
    outlet.emit(1)
    outlet.stream.subscribe({ next: () => heard.push('no'), complete: () => heard.push('late') })
    outlet.close()
    expect(heard).toEqual(['early', 'late'])
    expect(outlet.hasListeners).toBe(false)
  })

  it('lets no listener harm the next one, or whoever emits', async () => {
    const thrown: unknown[] = []
    config.onUnhandledError = (error) => void thrown.push(error)
    try {
      const outlet = new EventOutlet<number>()
      const heard: number[] = []
      outlet.stream.subscribe(() => {
        throw new Error('bad listener')
      })
      outlet.stream.subscribe((event) => heard.push(event))
      expect(() => outlet.emit(1)).not.toThrow()
      outlet.emit(2)
      expect(heard).toEqual([1, 2])
      await expect.poll(() => thrown.length, { interval: 1 }).toBe(2)
    } finally {
      config.onUnhandledError = null
    }
  })
})
