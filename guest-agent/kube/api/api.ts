import type { KubeObject } from '../objects/kube-object.ts';
import type { Objects } from '../objects/objects.ts';
import type { Resource } from '../objects/resource.ts';
import type { PodStreams } from '../pods/pod-streams.ts';
import type { Json } from '../schema/decode.ts';
import type { Schemas } from '../schema/schemas.ts';
import type { Meter } from './meter.ts';
import type { Rights, Users } from './rights.ts';
import type { Target } from './target.ts';

/** What the API needs from the rest. */
export interface Api {
  readonly objects: Objects;
  readonly schemas: Schemas;
  readonly streams: PodStreams;
  /** What the cluster sets on objects, such as the node of a new pod. Throws KubeError. */
  readonly admit: <T extends KubeObject>(resource: Resource<T>, object: T, current?: T) => T;
  /** Undefined if pods have no access to the API. */
  readonly tokens?: { readonly issue: IssueToken };
  /** Undefined if the cluster knows no users. */
  readonly users?: Users;
  /** Undefined if the cluster doesn't measure pods. */
  readonly meter?: Meter;
  readonly log: (message: string, cause?: unknown) => void;
}

/** A wish for a token of a service account. */
export interface TokenRequest {
  readonly namespace: string;
  readonly name: string;
  readonly seconds: number;
  /** The token is valid while this pod exists. */
  readonly pod?: { readonly name: string; readonly uid: string } | undefined;
  readonly audiences?: readonly string[] | undefined;
}

export interface IssuedToken {
  readonly token: string;
  readonly expiresAt: Date;
}

/** Makes a token of a service account. Undefined if the account doesn't exist. */
export type IssueToken = (request: TokenRequest) => IssuedToken | undefined;

/** The shortest and the longest life of a token in seconds: ten minutes, and a year as in Kubernetes. */
export const TOKEN_SECONDS = { least: 600, most: 365 * 24 * 3600 } as const;

export interface ApiRequest {
  readonly method: string;
  readonly target: Target;
  readonly query: URLSearchParams;
  readonly headers: NodeJS.Dict<string | string[]>;
  /** Undefined if the sender may do everything. */
  readonly rights?: Rights | undefined;
  /** Reads the body, JSON or YAML. Undefined if it is empty. */
  readonly body: () => Promise<Json | undefined>;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
}

export type Reply =
  | {
      readonly kind: 'object';
      readonly status: number;
      readonly body: object;
      readonly warnings?: readonly string[];
    }
  | {
      readonly kind: 'stream';
      readonly contentType: string;
      readonly chunks: AsyncIterable<Buffer | string>;
    };
