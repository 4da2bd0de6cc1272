/**
 * From a link to a session: both ends agree on protocol and codec, prove to each other that they know the secret where
 * there is one, and only then does anything that the peer says reach the node. See handshake.ts.
 */
import type { Link } from '../model/link.ts'
import { Handshake } from './handshake.ts'
import type { LocalNode } from './local-node.ts'
import type { Session } from './session.ts'
import { type SessionOptions, sessionSettings } from './session-options.ts'

export interface OpenSessionOptions extends SessionOptions {
  /** Called with the session before any message of the peer is taken in. */
  readonly opened?: (session: Session) => void
}

/**
 * Takes over a link. Resolves with the session once the peer has agreed. Rejects with the link closed: AuthenticationError
 * when one of the two did not prove that it knows the secret; HandshakeError when the peer speaks another version or codec,
 * refuses, leaves, or is not done in time (5 s).
 */
export function openSession(link: Link, local: LocalNode, options: OpenSessionOptions): Promise<Session> {
  return new Promise((resolve, reject) => {
    const settings = sessionSettings(options)
    const agreed = (session: Session): void => {
      options.opened?.(session)
      resolve(session)
    }
    new Handshake({ link, local, settings, secret: options.secret, agreed, failed: reject }).begin()
  })
}
