/**
 * What can go wrong between nodes.
 */
import { TroupeError } from './troupe-error.ts'

/** `TROUPE_NOT_OFFERED`: the other node does not offer this definition, name or action to us. */
export class NotOfferedError extends TroupeError {
  constructor(node: string, action: string, name: string) {
    super('NotOfferedError', 'TROUPE_NOT_OFFERED', `node ${node} does not let us ${action} "${name}"`)
  }
}

/** `TROUPE_QUOTA`: the other node has as much open for us as it allows one peer. */
export class QuotaExceededError extends TroupeError {
  constructor(node: string, what: string, limit: number) {
    super('QuotaExceededError', 'TROUPE_QUOTA', `node ${node} refused us: it allows one peer ${limit} ${what}`)
  }
}

/** `TROUPE_AUTHENTICATION`: the two ends of a link did not prove to each other who they are. */
export class AuthenticationError extends TroupeError {
  constructor(problem: string, cause?: unknown) {
    super('AuthenticationError', 'TROUPE_AUTHENTICATION', problem, cause)
  }
}

/** `TROUPE_HANDSHAKE`: the other end speaks another protocol version, or did not answer in time. */
export class HandshakeError extends TroupeError {
  /** 'none': the other end said nothing, or left; the same call may succeed later. 'refused': it does not want us, or we it. */
  readonly answer: 'refused' | 'none'

  constructor(peer: string, problem: string, cause?: unknown, answer: 'refused' | 'none' = 'refused') {
    super('HandshakeError', 'TROUPE_HANDSHAKE', `no connection to ${peer}: ${problem}`, cause)
    this.answer = answer
  }
}

/** `TROUPE_PROTOCOL`: a peer sent what the protocol does not allow; its link is closed. */
export class ProtocolError extends TroupeError {
  constructor(peer: string, problem: string, cause?: unknown) {
    super('ProtocolError', 'TROUPE_PROTOCOL', `${peer} broke the protocol: ${problem}`, cause)
  }
}

/** `TROUPE_DEFINITION_NOT_FOUND`: a definition's module could not be loaded on the node where it shall live, or exports no such definition. */
export class DefinitionNotFoundError extends TroupeError {
  constructor(name: string, problem: string, cause?: unknown) {
    super('DefinitionNotFoundError', 'TROUPE_DEFINITION_NOT_FOUND', `definition "${name}": ${problem}`, cause)
  }
}

/** `TROUPE_NO_MEMBERS`: a group that was asked has no members on any node that is connected now. */
export class NoMembersError extends TroupeError {
  constructor(group: string) {
    super('NoMembersError', 'TROUPE_NO_MEMBERS', `group "${group}" has no members`)
  }
}
