/**
 * What a caller says of itself in the upgrade request, as a WebSocket subprotocol, which browsers can set too: the version of
 * the link, and whether its handshake is bound to the TLS connection below.
 *
 * Somebody in the middle may change what is said, and gains nothing: a caller that binds proves itself over its own end of the
 * TLS connection whatever the request says, so the proof of a listener that was made to believe otherwise does not fit.
 */

/** Over `ws://`: there is nothing to bind to. */
export const PLAIN = 'troupe.1'
/** Over `wss://`: bound (RFC 9266). Node's callers. */
export const BOUND = 'troupe.1.bound'
/** Over `wss://`, but the caller cannot see its TLS connection (a browser), or knows that the listener cannot (a proxy ends it). */
export const UNBOUND = 'troupe.1.unbound'
