import type { Place } from '../../compose/file/problem.ts';

/** An object as a file describes it. */
export interface ManifestObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string | undefined;
    readonly [key: string]: unknown;
  };
  readonly [key: string]: unknown;
}

export interface Manifest {
  readonly object: ManifestObject;
  /** The file for messages. */
  readonly file: string;
  /** Where the value at a path is, or its nearest parent. */
  placeOf(path: readonly PropertyKey[]): Place;
}
