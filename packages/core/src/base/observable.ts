/**
 * The one door to rxjs. It is for edges, such as events and streams, never for the delivery of a message. The two things
 * that are used come from their own files, which rxjs's package.json exports: the whole of rxjs is 200 more files, and every
 * worker would load them at its start.
 */
import type { Observable as RxObservable } from 'rxjs'

export { Observable } from 'rxjs/internal/Observable'
export { isObservable } from 'rxjs/internal/util/isObservable'
export type { Observer, Subscriber, Subscription } from 'rxjs'

/** An Observable that `for await` can read too, at the reader's pace. */
export type Stream<Value> = RxObservable<Value> & AsyncIterable<Value>
