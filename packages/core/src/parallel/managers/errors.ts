/**
 * What users of managers and of the objects that they share can be told.
 */
import { TroupeError, serializable } from '../../index.ts'

/** `TROUPE_METHOD_NOT_EXPOSED`: a shared object has no method of that name that others may call. */
export class MethodNotExposedError extends TroupeError {
  /** `exposed` null: it is not known here what it has. */
  constructor(object: string, method: string, exposed: readonly string[] | null) {
    const rest = exposed === null ? '' : `: it has ${exposed.join(', ') || 'none'}`
    super('MethodNotExposedError', 'TROUPE_METHOD_NOT_EXPOSED', `${object} exposes no method "${method}"${rest}`)
  }
}

/** `TROUPE_NOT_REGISTERED`: the manager knows no class of that name. */
export class NotRegisteredError extends TroupeError {
  constructor(manager: string, name: string) {
    super('NotRegisteredError', 'TROUPE_NOT_REGISTERED', `${manager} has nothing registered under the name "${name}"`)
  }
}

/** `TROUPE_SHARED_KIND`: an object of that name is there already, and is of another kind. */
export class SharedKindError extends TroupeError {
  constructor(name: string, there: string, wanted: string) {
    super('SharedKindError', 'TROUPE_SHARED_KIND', `the shared object "${name}" is of kind ${there}, not ${wanted}`)
  }
}

/** `TROUPE_VERSION_CHANGED`: a batch was meant for one version of an object, which has changed since. Nothing was done. */
export class VersionChangedError extends TroupeError {
  /** The version now. */
  readonly version: number

  constructor(object: string, expected: number, version: number) {
    super(
      'VersionChangedError',
      'TROUPE_VERSION_CHANGED',
      `${object} has changed since it was read: the batch is for version ${expected}, it has version ${version}`,
    )
    this.version = version
  }
}

/** `TROUPE_BATCH_FAILED`: one operation of a batch failed, for the reason in `cause`. Those before it are done, those after it are not. */
export class BatchFailedError extends TroupeError {
  /** Which operation, counted from 0. */
  readonly index: number

  constructor(object: string, method: string, index: number, cause: unknown) {
    const problem = cause instanceof Error ? cause.message : String(cause)
    super(
      'BatchFailedError',
      'TROUPE_BATCH_FAILED',
      `${object}: operation ${index} of a batch, "${method}", failed: ${problem}`,
      cause,
    )
    this.index = index
  }
}

for (const Class of [MethodNotExposedError, NotRegisteredError, SharedKindError, VersionChangedError, BatchFailedError]) {
  serializable(Class)
}
