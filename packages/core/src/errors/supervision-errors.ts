/**
 * What a supervisor tells its callers.
 */
import { TroupeError } from './troupe-error.ts'

/** `TROUPE_CHILD_NOT_FOUND`: the supervisor has no child of that id. */
export class ChildNotFoundError extends TroupeError {
  constructor(supervisor: string, id: string) {
    super('ChildNotFoundError', 'TROUPE_CHILD_NOT_FOUND', `${supervisor} has no child "${id}"`)
  }
}

/** `TROUPE_CHILD_STATE`: the child is in a state that does not allow this: running, restarting, or being stopped. */
export class ChildStateError extends TroupeError {
  constructor(supervisor: string, id: string, problem: string) {
    super('ChildStateError', 'TROUPE_CHILD_STATE', `${supervisor}: child "${id}" ${problem}`)
  }
}

/** `TROUPE_BAD_CHILD_SPEC`: a supervisor's options or a child's specification are wrong. */
export class ChildSpecError extends TroupeError {
  constructor(supervisor: string, problem: string) {
    super('ChildSpecError', 'TROUPE_BAD_CHILD_SPEC', `supervisor ${supervisor}: ${problem}`)
  }
}
