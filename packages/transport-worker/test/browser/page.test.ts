/**
 * Web workers as nodes of a page's system: what Vite builds of it, run in Chromium.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BuiltPage, NO_BROWSER, type OpenPage, buildPage, openPage, servePage } from '../../../../scripts/browser.ts'
import type { PageFunctions } from './fixtures/page/main.ts'

/** Milliseconds, for a machine that has other things to do. */
const PATIENCE = 60_000

/** Inside of `evaluate`, which runs in the page. */
declare const page: PageFunctions

describe.skipIf(NO_BROWSER !== null)(`web workers in Chromium${NO_BROWSER === null ? '' : ` (skipped: ${NO_BROWSER})`}`, () => {
  let built: BuiltPage
  let open: OpenPage
  /** What is there so far, should something fail to start. */
  const started: AsyncDisposable[] = []
  const keep = <Kind extends AsyncDisposable>(thing: Kind): Kind => (started.unshift(thing), thing)

  beforeAll(async () => {
    built = keep(await buildPage(new URL('./fixtures/page/', import.meta.url)))
    const { origin } = keep(await servePage(built))
    open = keep(await openPage(origin))
  }, PATIENCE)

  afterAll(async () => {
    for (const thing of started) await thing[Symbol.asyncDispose]()
  }, PATIENCE)

  it('need nothing of Node, in the page and in the worker', () => {
    for (const part of ['index', 'count.worker']) {
      const scripts = [...built.scripts].filter(([name]) => name.includes(`${part}-`)).map(([, script]) => script)
      expect(scripts).toHaveLength(1)
      const found = (pattern: RegExp): string[] => scripts.flatMap((script) => script.match(pattern) ?? [])
      expect(found(/class Session\b/)).toHaveLength(1)
      expect(found(/(from|import|require)\s*\(?\s*["'`]node:.*|__vite-browser-external|worker_threads|child_process/)).toEqual([])
    }
  })

  it('start as nodes, which run actors outside of the page: spawn, tell, ask', async () => {
    expect(await open.page.evaluate(() => page.start('count', { name: 'w1' }))).toBe('w1')
    expect(await open.page.evaluate(() => page.spawn(3))).toEqual(['w1', false])
    expect(await open.page.evaluate(() => page.add(2))).toBe(5)
  })

  it('stream, and carry megabytes both ways', async () => {
    expect(await open.page.evaluate(() => page.down())).toEqual([5, 4, 3, 2, 1])
    expect(await open.page.evaluate(() => page.echo(300_000, 20))).toBe(true)
  })

  it('tell why an actor there ended', async () => {
    expect(await open.page.evaluate(() => page.fail('enough'))).toEqual(['error (Error: enough)', 'TROUPE_ACTOR_STOPPED'])
  })

  it('take only what they serve', async () => {
    expect(await open.page.evaluate(() => page.spawnStranger())).toBe('TROUPE_NOT_OFFERED')
  })

  it.each([
    ['throws where nobody catches', 'throwLater', 'error (RangeError: on purpose)', 1, []],
    ['rejects where nobody catches', 'rejectLater', 'error (TypeError: on purpose)', 1, []],
    ['closes itself', 'closeScope', 'normal', 0, []],
    ['is terminated', 'terminate', 'shutdown', 0, ['shutdown']],
    ['is terminated in a busy loop', 'terminate while busy', 'shutdown (by SIGKILL, after its grace)', 0, []],
    ['is killed in a busy loop', 'kill while busy', 'killed', -9, []],
  ] as const)('end with a reason when one %s', async (_, deed, reason, code, hooks) => {
    const ending = (deed: Parameters<PageFunctions['ending']>[0]): ReturnType<PageFunctions['ending']> => page.ending(deed)
    expect(await open.page.evaluate(ending, deed)).toEqual([
      reason,
      code,
      deed === 'terminate' ? 'none' : 'TROUPE_ACTOR_STOPPED',
      hooks,
    ])
  })

  it('fail to start when their script throws, is not there, or does not serve', async () => {
    expect(await open.page.evaluate(() => page.start('broken'))).toMatch(/^TROUPE_START_FAILED: .*broken on purpose/)
    expect(await open.page.evaluate(() => page.start('missing', { name: 'w2' }))).toBe(
      'TROUPE_START_FAILED: w2 could not load its script',
    )
    expect(await open.page.evaluate(() => page.start('mute', { startTimeout: 50 }))).toMatch(
      /^TROUPE_START_FAILED: web-worker did not call serve\(\) within 50 ms/,
    )
  })

  it('are started anew by a supervisor, with the actors that it has there', async () => {
    expect(await open.page.evaluate(() => page.restart())).toEqual([8, 7, true])
  })

  it('end with their program', async () => {
    expect(await open.page.evaluate(() => page.shutdown())).toEqual(['shutdown', 0])
    // The browser ends a busy one in its own time, and tells of it later.
    await expect.poll(() => open.page.workers().map((worker) => worker.url()), { timeout: 10_000 }).toEqual([])
  })

  it('leave nothing uncaught', () => {
    expect(open.problems.filter((problem) => !problem.includes('404'))).toEqual([]) // the browser's word on the missing script
  })
})
