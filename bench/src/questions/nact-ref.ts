/**
 * nact types its refs as an empty class with a type parameter that nothing checks; this says as much.
 */
export type NactRef = object
