/**
 * The door `@troupe/core/parallel`: what programs know from multiprocessing, concurrent.futures and asyncio, built from actors.
 */

// tasks

// futures

// pool

// channels

// locks

// managers

// shared memory

// tools

export {}
