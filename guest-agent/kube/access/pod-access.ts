import type { Pod } from 'kubernetes-types/core/v1.js';
import { TOKEN_SECONDS } from '../api/api.ts';
import type { Stored } from '../objects/kube-object.ts';
import type { Objects } from '../objects/objects.ts';
import { pods, serviceAccounts } from '../objects/resources.ts';
import type { ClusterKeys } from './cluster-keys.ts';
import type { Tokens } from './tokens.ts';
import type { Account } from './user.ts';

/** A new token replaces one that is older, or that has used most of its time. */
const MOST_AGE_MS = 24 * 3600 * 1000;
const USED_PART = 0.8;

export interface TokenWish {
  readonly seconds?: number | undefined;
  readonly audience?: string | undefined;
}

/** The access of pods to the API of their cluster. */
export interface PodAccess {
  /** The certificate of the API's authority, in PEM. */
  readonly authority: string;
  /** A token for the pod's service account. Undefined if the account doesn't exist. */
  token(pod: Stored<Pod>, wish?: TokenWish): string | undefined;
  /** Whether a token of the pod should be replaced by a new one. */
  needsRenewal(uid: string): boolean;
  /** Whether the containers of a pod find its account's files in them. */
  isMounted(pod: Stored<Pod>): boolean;
}

interface Given {
  readonly token: string;
  /** In milliseconds since the epoch. */
  readonly renewAt: number;
}

/** The service account of a pod. */
export const accountOf = ({ metadata, spec }: Stored<Pod>): Account => ({
  namespace: metadata.namespace ?? 'default',
  name: spec?.serviceAccountName || 'default',
});

export function podAccess(
  objects: Objects,
  tokens: Pick<Tokens, 'issue'>,
  { certificate }: Pick<ClusterKeys, 'certificate'>,
): PodAccess & Disposable {
  /** By the pod's UID, then by what was wished. */
  const given = new Map<string, Map<string, Given>>();
  const stop = objects.listen(pods, ({ type, object }) => {
    if (type === 'DELETED') given.delete(object.metadata.uid);
  });
  const isDue = ({ renewAt }: Given) => renewAt <= Date.now();

  return {
    authority: certificate,
    token: (pod, wish = {}) => {
      const { name, uid } = pod.metadata;
      const ofPod = given.get(uid) ?? new Map<string, Given>();
      const key = JSON.stringify([wish.seconds, wish.audience]);
      const last = ofPod.get(key);
      if (last && !isDue(last)) return last.token;
      // For programs that read their token only once, it lasts as long as it can.
      const seconds = Math.max(wish.seconds ?? TOKEN_SECONDS.most, TOKEN_SECONDS.least);
      const audiences = wish.audience === undefined ? {} : { audiences: [wish.audience] };
      const account = accountOf(pod);
      const issued = tokens.issue({ ...account, seconds, pod: { name, uid }, ...audiences });
      if (issued === undefined) return undefined;
      const age = Math.min(seconds * 1000 * USED_PART, MOST_AGE_MS);
      ofPod.set(key, { token: issued.token, renewAt: Date.now() + age });
      given.set(uid, ofPod);
      return issued.token;
    },
    needsRenewal: (uid) => [...(given.get(uid)?.values() ?? [])].some(isDue),
    isMounted: (pod) =>
      pod.spec?.automountServiceAccountToken ??
      objects.get(serviceAccounts, accountOf(pod))?.automountServiceAccountToken ??
      true,
    [Symbol.dispose]: stop,
  };
}
