import type { Pod } from 'kubernetes-types/core/v1.js';
import * as z from 'zod';
import type { Credentials } from '../../../registry/auth/credentials.ts';
import { credentialsOf } from '../../../registry/auth/credentials.ts';
import type { Stored } from '../../objects/kube-object.ts';
import type { Objects } from '../../objects/objects.ts';
import { secrets, serviceAccounts } from '../../objects/resources.ts';
import { namespaceOf } from '../pod-context.ts';

const entrySchema = z.object({
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
  registrytoken: z.string().optional(),
  /** `USER:PASSWORD` in base64. */
  auth: z.string().optional(),
});
const authsSchema = z.record(z.string(), entrySchema);
const configSchema = z.object({ auths: authsSchema.default({}) });

/** The keys of the two kinds of secrets with credentials, as Docker's clients keep them. */
const CONFIG = '.dockerconfigjson';
const LEGACY = '.dockercfg';

/**
 * The credentials for a registry from the pod's `imagePullSecrets`, or else from those of its
 * service account. Secrets that are missing or can't be read are skipped, as in the kubelet.
 */
export function pullCredentials(
  objects: Objects,
  pod: Stored<Pod>,
  registry: string,
): Credentials | undefined {
  const namespace = namespaceOf(pod);
  const account = objects.get(serviceAccounts, {
    namespace,
    name: pod.spec?.serviceAccountName ?? 'default',
  });
  const references = [...(pod.spec?.imagePullSecrets ?? []), ...(account?.imagePullSecrets ?? [])];
  for (const { name = '' } of references) {
    const data = objects.get(secrets, { namespace, name })?.data ?? {};
    for (const [host, entry] of Object.entries(authsOf(data))) {
      if (registryOf(host) === registry) return credentialsOf(withAuth(entry));
    }
  }
  return undefined;
}

function authsOf(data: Readonly<Record<string, string>>): z.infer<typeof authsSchema> {
  const read = (key: string): unknown => {
    const text = data[key];
    if (text === undefined) return undefined;
    try {
      return JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  };
  const config = configSchema.safeParse(read(CONFIG));
  const legacy = authsSchema.safeParse(read(LEGACY));
  return { ...(legacy.data ?? {}), ...(config.data?.auths ?? {}) };
}

function withAuth({ auth, ...entry }: z.infer<typeof entrySchema>) {
  if (auth === undefined || entry.username) return entry;
  const [, username, password] = /^([^:]*):(.*)$/s.exec(
    Buffer.from(auth, 'base64').toString('utf8'),
  ) ?? [''];
  return { ...entry, username, password };
}

/** The registry as references name it. */
function registryOf(host: string): string {
  const name = host.replace(/^https?:\/\//, '').replace(/\/.*$/s, '');
  return ['index.docker.io', 'registry-1.docker.io'].includes(name) ? 'docker.io' : name;
}
