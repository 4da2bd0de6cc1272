import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { isTypeScript, resolveEntry } from '../../src/shared/resolve-entry.ts'

async function folderWith(...files: string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'troupe '))
  await mkdir(join(folder, 'a.ts'), { recursive: true })
  for (const file of files) await writeFile(join(folder, file), '')
  return { url: `${pathToFileURL(folder).href}/`, [Symbol.asyncDispose]: async () => await rm(folder, { recursive: true }) }
}

describe('resolveEntry', () => {
  it.each([
    ['x.js', 'x.js', 'x.ts', 'x.js'],
    ['x.js', 'x.ts', 'y.js', 'x.ts'],
    ['x.ts', 'x.js', 'y.js', 'x.js'],
    ['x.ts', 'x.mjs', 'x.cjs', 'x.mjs'],
    ['x.mjs', 'x.mts', 'y.js', 'x.mts'],
    ['x.cts', 'x.cjs', 'y.js', 'x.cjs'],
    ['x.js', 'x.tsx', 'y.js', 'x.tsx'],
    ['x.worker.js', 'x.worker.ts', 'y.js', 'x.worker.ts'],
    ['x.js?v=1#top', 'x.ts', 'y.js', 'x.ts?v=1#top'],
    ['x', 'x.js', 'y.js', 'x'],
    ['x.js', 'y.js', 'z.js', 'x.js'],
  ])('takes %s, among %s and %s, for %s', async (asked, one, other, found) => {
    await using folder = await folderWith(one, other)
    expect(resolveEntry(folder.url + asked)).toBe(folder.url + found)
  })

  it('leaves alone what is no file', () => {
    expect(resolveEntry('https://example.org/x.js')).toBe('https://example.org/x.js')
  })
})

describe('isTypeScript', () => {
  it.each(['a.ts', 'a.mts', 'a.cts', 'a.tsx', 'a.ts?x=y.js'])('knows %s', (name) =>
    expect(isTypeScript(`file:///${name}`)).toBe(true),
  )
  it.each(['a.js', 'a.mjs', 'a.cjs', 'a.jsx', 'a', 'a.json', 'a.ts/b.js'])('knows %s not to be', (name) =>
    expect(isTypeScript(`file:///${name}`)).toBe(false),
  )
})
