/**
 * The numbers that are the protocol: kinds of frames, and kinds of entries with the layout of their headers. The payload
 * follows the header. Written out for people in docs/WIRE.md; a change there is a change here and a new version.
 */

/** The first byte of a frame. */
export const Lane = { hello: 1, refuse: 2, data: 3, control: 4, proof: 5, welcome: 6 } as const

/** Says of a watch that it ends with the life of its target, not with its place. */
export const LIFE = 1

/**
 * The first value of an entry. Those up to 25 and from 40 on travel in the data lane, the others in the control lane; kill,
 * cancel and demand in either, so that they overtake data, but not what they refer to.
 */
export const Entry = {
  /** target, method, source, trace? : args */
  tell: 1,
  /** target, method, source, trace, ask, remaining ms or -1, chain : args */
  ask: 2,
  /** ask : value */
  reply: 3,
  /** ask : error */
  fail: 4,
  /** target, method, source, trace, stream, demand : args */
  open: 5,
  /** stream : value */
  next: 6,
  /** stream : null */
  complete: 7,
  /** stream : error */
  error: 8,
  /** target : reason */
  stop: 9,
  /** seq, module, definition, name, mailbox, held (1) or free (0), parent source : args */
  spawn: 10,
  /** seq : null */
  childReady: 11,
  /** seq : reason */
  childEnded: 12,
  /** seq : null */
  restart: 13,
  /** seq : reason */
  bury: 14,
  /** watch, target, LIFE? : null */
  watch: 15,
  /** watch : null */
  unwatch: 16,
  /** watch : reason */
  down: 17,
  /** wait, target : null */
  awaitReady: 18,
  /** wait : null */
  ready: 19,
  /** wait : error */
  notReady: 20,
  /** target, source of the one that is tied to it : null */
  link: 21,
  /** target, source : null */
  unlink: 22,
  /** target, source of the one that ended : reason */
  exit: 23,
  /** target : null */
  kill: 24,
  /** ask or stream : reason */
  cancel: 25,

  /** bytes : null */
  credit: 32,
  /** : null */
  ping: 33,
  /** : null */
  pong: 34,
  /** stream, values : null */
  demand: 35,
  /** : reason */
  shutdown: 36,
  /** : reason */
  goodbye: 37,
  /** target : null */
  full: 38,
  /** target : null */
  room: 39,
  /** line : null */
  line: 40,

  /** group, target, path, how often it is a member from now on : null */
  join: 41,
  /** group, target : null */
  leave: 42,
} as const

/** An address as written for its reader. */
export type WireTarget =
  /** n: the reader's own actor n. -n: the actor n at the reader that the writer spawned. */
  | number
  /** The actor registered at the reader under this name, found anew for each message. */
  | string
  /** Anywhere else: node, origin, seq; a node is 0 (the writer), 1 (the reader) or its id. */
  | readonly (number | string)[]

/** An address with its path, as written for its reader. Mostly an actor of the writer. */
export type WireSource =
  /** Nobody. */
  | null
  /** n: the writer's own actor n. -n: the actor n at the writer that the reader spawned. Its path came before. */
  | number
  /** The same with its path, which the reader keeps: number, path. Or anywhere else: node, origin, seq, path. */
  | readonly (number | string)[]

/** The name of a method. */
export type WireMethod =
  /** A name that came before, with this number. */
  | number
  /** A name that is not kept. */
  | string
  /** The next number, and the name that the reader keeps under it. */
  | readonly [number, string]

/** A key for maps: equal for targets that are written alike, different for all others. */
export function targetKey(target: WireTarget): string | number {
  return typeof target === 'object' ? `[${target.join(' ')}` : typeof target === 'string' ? `?${target}` : target
}
