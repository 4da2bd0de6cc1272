/**
 * What can go wrong when a listener is called.
 */
import { TroupeError } from '@troupe/core'

/** `TROUPE_CONNECT`: there is no connection to the address: refused, a certificate is not trusted, no WebSocket there, no answer in time. */
export class ConnectError extends TroupeError {
  constructor(address: string, problem: string, cause?: unknown) {
    super('ConnectError', 'TROUPE_CONNECT', `no connection to ${address}: ${problem}`, cause)
  }
}
