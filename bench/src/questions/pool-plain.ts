/**
 * The tasks for piscina and tinypool, which take a module's exports by name. Not for Troupe: its tasks need no module apart.
 */
export { increment as trivial, workOneMs as oneMs } from './pool-work.ts'
