/**
 * What of TLS can be set, in words that need no Node: the browser's door has the same types.
 */

/** PEM, as text or bytes; several for a chain. */
export type Pem = string | Uint8Array | readonly (string | Uint8Array)[]

export interface ListenerTls {
  readonly key: Pem
  readonly cert: Pem
  /** Who signed the callers' certificates. */
  readonly ca?: Pem
  /** Mutual TLS: callers show a certificate that `ca` signed. Default: false. */
  readonly requestCert?: boolean
  /** False: also callers with another certificate or none, which `secret` alone then keeps out. Default: true. */
  readonly rejectUnauthorized?: boolean
}

export interface ConnectorTls {
  /** Who signed the listener's certificate. Default: the authorities that Node knows. */
  readonly ca?: Pem
  /** For mutual TLS: this end's certificate and its key. */
  readonly cert?: Pem
  readonly key?: Pem
  /** The name in the listener's certificate, where it is not the URL's host. */
  readonly servername?: string
  /** False: any certificate will do. The secret's proof still finds somebody in the middle, since it is bound to the connection. Default: true. */
  readonly rejectUnauthorized?: boolean
}
