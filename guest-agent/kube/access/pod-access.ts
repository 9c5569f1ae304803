import type { Pod } from 'kubernetes-types/core/v1.js';
import type { Stored } from '../objects/kube-object.ts';
import type { Objects } from '../objects/objects.ts';
import { serviceAccounts } from '../objects/resources.ts';
import type { ClusterKeys } from './cluster-keys.ts';
import type { Tokens } from './tokens.ts';

/** Where programs look for the access to their cluster. */
export const ACCOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';

/** A year: the token ends with its pod anyway. */
const SECONDS = 365 * 24 * 3600;

/** The access of pods to the API of their cluster. */
export interface PodAccess {
  /** The certificate of the API's authority, in PEM. */
  readonly authority: string;
  /** A token for the pod's service account. Undefined if the account doesn't exist. */
  token(pod: Stored<Pod>, request?: { seconds?: number; audience?: string }): string | undefined;
  /** Whether the pod wants the files at ACCOUNT_PATH. */
  isWanted(pod: Stored<Pod>): boolean;
}

export function podAccess(objects: Objects, tokens: Tokens, keys: ClusterKeys): PodAccess {
  const accountOf = ({ metadata, spec }: Stored<Pod>) => ({
    namespace: metadata.namespace ?? 'default',
    name: spec?.serviceAccountName || 'default',
  });
  return {
    authority: keys.certificate,
    token: (pod, { seconds = SECONDS, audience } = {}) => {
      const { name, uid } = pod.metadata;
      const audiences = audience === undefined ? {} : { audiences: [audience] };
      return tokens.issue({ ...accountOf(pod), seconds, pod: { name, uid }, ...audiences })?.token;
    },
    isWanted: (pod) => {
      const account = objects.get(serviceAccounts, accountOf(pod));
      return (
        pod.spec?.automountServiceAccountToken ?? account?.automountServiceAccountToken ?? true
      );
    },
  };
}
