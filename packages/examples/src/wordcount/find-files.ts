/**
 * Finds the text files of a folder tree, always in the same order, each real file once. A link to a folder is not
 * followed: what it leads to is found under its own name when it lies in the tree (so in pnpm's node_modules), and is no
 * part of the tree when it does not; so no link can lead round in a circle. A link to a file is that file. What tools keep
 * for themselves in node_modules, under names with a dot (.vite, .cache), changes while they run and is left out.
 */
import type { Dirent } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { problemOf } from './problem.ts'
import type { Unreadable } from './problem.ts'

const EXTENSIONS: ReadonlySet<string> = new Set(['.md', '.txt', '.js', '.ts', '.json'])

export interface TextFile {
  /** Absolute. */
  readonly path: string
  readonly bytes: number
}

export interface FoundFiles {
  /** Folder by folder, by name within a folder, in the order of UTF-16 units. */
  readonly files: readonly TextFile[]
  /** Folders that could not be listed, links that lead nowhere. */
  readonly unreadable: readonly Unreadable[]
}

/** The .md, .txt, .js, .ts and .json files under `root`. Rejects when `root` itself cannot be listed. */
export async function findFiles(root: string): Promise<FoundFiles> {
  const files = new Map<string, TextFile>()
  const unreadable: Unreadable[] = []

  async function visit(folder: string, entries: readonly Dirent[]): Promise<void> {
    for (const entry of entries.filter(({ name }) => !isToolState(folder, name)).sort(byName)) {
      const path = join(folder, entry.name)
      try {
        if (entry.isDirectory()) await visit(path, await readdir(path, { withFileTypes: true }))
        else if (EXTENSIONS.has(extname(entry.name))) await take(path, entry)
      } catch (error) {
        unreadable.push({ path, problem: problemOf(error) })
      }
    }
  }

  async function take(path: string, entry: Dirent): Promise<void> {
    const real = entry.isSymbolicLink() ? await realpath(path) : path
    if (files.has(real)) return
    const facts = await stat(real)
    if (facts.isFile()) files.set(real, { path: real, bytes: facts.size })
  }

  const top = await realpath(root)
  await visit(top, await readdir(top, { withFileTypes: true }))
  return { files: [...files.values()], unreadable }
}

/** Packages are in node_modules/.pnpm and under names without a dot. */
function isToolState(folder: string, name: string): boolean {
  return name.startsWith('.') && name !== '.pnpm' && basename(folder) === 'node_modules'
}

/** Not by locale: the order is the same on every machine. */
function byName(one: Dirent, other: Dirent): number {
  return one.name < other.name ? -1 : one.name > other.name ? 1 : 0
}
