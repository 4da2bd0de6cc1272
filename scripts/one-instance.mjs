/**
 * Two doors of a built package must lead into one house: what both export is the same object, or a class would not be an instance
 * of itself. Also loads each door with require(), which works while no top-level await is behind it. Run by `pnpm check`.
 */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { root } from './lib/run.mjs'

const DOORS = {
  'packages/core': ['@troupe/core', '@troupe/core/parallel', '@troupe/core/transport'],
  'packages/transport-worker': ['@troupe/transport-worker'],
  'packages/transport-ws': ['@troupe/transport-ws'],
}

let compared = 0
const faults = []
for (const [home, doors] of Object.entries(DOORS)) {
  const require = createRequire(join(root, home, 'package.json'))
  /** @type {Map<string, { door: string, value: unknown }>} */
  const seen = new Map()
  for (const door of doors) {
    const exports = await import(require.resolve(door))
    if (require(door) !== exports) faults.push(`${door}: require() gives another instance than import`)
    for (const [name, value] of Object.entries(exports)) {
      const first = seen.get(name)
      if (first === undefined) seen.set(name, { door, value })
      else if (first.value === value) compared += 1
      else faults.push(`${name} of ${door} is not the ${name} of ${first.door}`)
    }
  }
}

for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exitCode = 1
else console.log(`${compared} exports are on two doors, and each is one`)
