/**
 * The file descriptors of a child process that belong to us.
 */

/** A socket: the link. */
export const LINK_FD = 3
/** A pipe that nothing is written to: it ends when the parent is gone. */
export const WATCH_FD = 4
