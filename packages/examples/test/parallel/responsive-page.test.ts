import { describe, expect, it } from 'vitest'
import { NO_BROWSER, openPage } from '../../../../scripts/browser.ts'
import { runProgram } from '../run-program.ts'
import type { Ended } from '../run-program.ts'

/** The build, the server and a browser, on a machine that has other things to do; in milliseconds. */
const PATIENCE = 120_000

/** Runs the server until `work` with its URL is done, then ends it with a real SIGINT. */
async function served(work: (url: string) => Promise<void>): Promise<Ended> {
  let known: (value: { readonly url: string; end(): void }) => void = () => undefined
  const listening = new Promise<{ readonly url: string; end(): void }>((resolve) => (known = resolve))
  const server = runProgram('responsive/serve.ts', [], (stdout, child) => {
    const [, url] = /^the page: (\S+)\n/.exec(stdout) ?? []
    if (url !== undefined) known({ url, end: () => void child.kill('SIGINT') })
  })
  const { url, end } = await listening
  try {
    await work(url)
  } finally {
    end()
  }
  return await server
}

describe('the responsive page', { timeout: PATIENCE }, () => {
  it('is served, with a worker script of its own', async () => {
    const server = await served(async (url) => {
      const index = await (await fetch(url)).text()
      const [, path = ''] = /<script[^>]* src="\.(\/[^"]+)"/.exec(index) ?? []
      const script = await (await fetch(new URL(path, url))).text()
      const [worker = ''] = /[\w.-]*counter\.worker-[\w-]+\.js/.exec(script) ?? []
      const response = await fetch(new URL(`/assets/${worker}`, url))
      expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
      await response.text()
    })
    expect(server).toMatchObject({ code: 130, stderr: '' })
  })

  it.skipIf(NO_BROWSER !== null)(
    `ticks while a worker computes, shows progress, cancels, and counts anew${NO_BROWSER === null ? '' : ` (skipped: ${NO_BROWSER})`}`,
    async () => {
      await served(async (url) => {
        await using open = await openPage(url)
        const { page, problems } = open
        await page.locator('body[data-ready]').waitFor()
        await page.fill('#limit', '100000000') // longer than any test
        await page.click('#start')
        await page.getByText(/^\d+ primes so far$/).waitFor()

        const ticks = async (): Promise<number> => Number(await page.locator('#ticks').textContent())
        const before = await ticks()
        await expect.poll(ticks, { timeout: 20_000 }).toBeGreaterThan(before + 10) // it computes, and the page goes on
        expect(await page.locator('#state').textContent()).toMatch(/^\d+ primes so far$/)

        await page.click('#cancel')
        await page.getByText(/^cancelled at \d+ %, with \d+ primes$/).waitFor()
        await page.fill('#limit', '1000') // the same worker, which is free again
        await page.click('#start')
        await page.getByText('168 primes', { exact: true }).waitFor()
        expect(await page.locator('#progress').getAttribute('value')).toBe('100')
        // msgpackr tries to compile its reader of objects, and takes the slower one where a page forbids that.
        expect(problems.filter((problem) => !problem.includes("'script-src' was not explicitly set"))).toEqual([])
      })
    },
  )
})
