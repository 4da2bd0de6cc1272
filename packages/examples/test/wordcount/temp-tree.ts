/**
 * A folder of files that lives as long as a test.
 */
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export interface TempTree extends AsyncDisposable {
  readonly root: string
  /** The absolute path of a file in it. */
  at(path: string): string
}

/** Writes `content` to each path; `{ link }` makes a symbolic link, relative to where it lies. */
export async function tempTree(files: Readonly<Record<string, string | { readonly link: string }>>): Promise<TempTree> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'troupe-wordcount-')))
  for (const [path, content] of Object.entries(files)) {
    const place = join(root, path)
    await mkdir(dirname(place), { recursive: true })
    if (typeof content === 'string') await writeFile(place, content)
    else await symlink(content.link, place)
  }
  return {
    root,
    at: (path) => join(root, path),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  }
}
