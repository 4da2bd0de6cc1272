/**
 * FROM-PYTHON.md says for each concept of Python's stack, and for each of its weaknesses, what answers it and which test shows it. The
 * ids are kept here: none may be missing there, and what is named there must exist.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../lib/run.mjs'

/** How many rows each letter has: P01 … P23, and so on. */
const ROWS = {
  ...{ P: 23, T: 13, L: 13, C: 8, Q: 11, M: 9, V: 3, O: 19, F: 14, A: 17, G: 8, K: 12, D: 8, U: 6 },
  ...{ W: 52 },
}
const ids = Object.entries(ROWS).flatMap(([letter, count]) =>
  Array.from({ length: count }, (_, index) => `${letter}${String(index + 1).padStart(2, '0')}`),
)

const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const text = read('docs/FROM-PYTHON.md')
/** The cells of each row that begins with an id. */
const rows = [...text.matchAll(/^\| ([A-Z]\d\d) \|(.*)\|$/gm)].map(([, id, rest]) => ({
  id,
  cells: rest?.split(/(?<!\\)\|/) ?? [],
}))

/** Each file that is named, with the titles behind it: `core/test/x.test.ts`: *one title* · *another*. */
function citations(part: string): { readonly file: string; readonly titles: string[] }[] {
  return part
    .split(/(?=`[\w/.-]+\.ts`)/)
    .filter((each) => /^`[\w/.-]+\/test\/|^`[\w/-]+\/semantics\/|^`testkit\/src/.test(each))
    .map((each) => ({
      file: /^`([^`]+)`/.exec(each)?.[1] ?? '',
      titles: [...each.matchAll(/\*([^*]+)\*/g)].map((match) => (match[1] ?? '').replaceAll('\\|', '|')),
    }))
}

/** The anchors of a document's headings, as GitHub makes them. */
function anchorsOf(path: string): Set<string> {
  const headings = [...read(path).matchAll(/^#+ (.+)$/gm)].map((match) => match[1] ?? '')
  return new Set(
    headings.map((each) =>
      each
        .toLowerCase()
        .replaceAll(/[^\w\s-]/g, '')
        .trim()
        .replaceAll(' ', '-'),
    ),
  )
}

describe('FROM-PYTHON.md', () => {
  it('has each row once, and no others', () => {
    const known = new Set(ids)
    expect(rows.filter(({ id = '' }) => !known.delete(id))).toEqual([]) // unknown, or there before
    expect([...known]).toEqual([]) // missing
  })

  it('says for each row what shows it: a test, a chapter, or why it needs none', () => {
    const bare = rows.filter(({ cells }) => {
      const shown = cells.at(-1) ?? ''
      return cells.length !== 3 || (citations(shown).length === 0 && !/needs none|\]\(GUIDE\.md#/.test(cells.join('|')))
    })
    expect(bare.map(({ id }) => id)).toEqual([])
  })

  it('names tests that exist', () => {
    const cited = citations(text)
    expect(cited.length).toBeGreaterThan(200)
    const missing = cited.flatMap(({ file, titles }) => {
      const path = [`packages/${file}`, file].find((each) => existsSync(join(root, each)))
      if (path === undefined) return [`no file ${file}`]
      const source = read(path).replaceAll("\\'", "'")
      return titles.filter((title) => !source.includes(title)).map((title) => `${file}: no test "${title}"`)
    })
    expect(missing).toEqual([])
  })

  it('leads to chapters that exist', () => {
    const known: Record<string, Set<string>> = { '': anchorsOf('docs/FROM-PYTHON.md'), 'GUIDE.md': anchorsOf('docs/GUIDE.md') }
    const links = [...text.matchAll(/\]\(([\w-]*(?:\.md)?)#([\w-]+)\)/g)]
    expect(links.filter(([, page = '', anchor = '']) => !known[page]?.has(anchor)).map(([link]) => link)).toEqual([])
  })
})
