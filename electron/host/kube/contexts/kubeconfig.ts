import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { HostError, reasonOf } from '../../base/errors.ts';
import { unlessMissing } from '../../base/system-error.ts';

const clusterSchema = z.looseObject({
  server: z.string(),
  'certificate-authority': z.string().optional(),
});

const execSchema = z.looseObject({
  apiVersion: z.string().optional(),
  command: z.string(),
  env: z.array(z.looseObject({ name: z.string(), value: z.string() })).nullish(),
  installHint: z.string().optional(),
  provideClusterInfo: z.boolean().optional(),
});

const userSchema = z.looseObject({
  'client-certificate': z.string().optional(),
  'client-certificate-data': z.string().optional(),
  'client-key': z.string().optional(),
  token: z.string().optional(),
  tokenFile: z.string().optional(),
  exec: execSchema.nullish(),
});

const contextSchema = z.looseObject({
  cluster: z.string(),
  user: z.string().optional(),
  namespace: z.string().optional(),
});

/** A list that kubectl wrote without entries is null. */
const listOf = <Entry extends z.ZodType>(entry: Entry) =>
  z
    .array(entry)
    .nullish()
    .transform((list) => list ?? []);

const kubeconfigSchema = z.looseObject({
  'current-context': z.string().nullish(),
  clusters: listOf(z.looseObject({ name: z.string(), cluster: clusterSchema })),
  contexts: listOf(z.looseObject({ name: z.string(), context: contextSchema })),
  users: listOf(
    z.looseObject({ name: z.string(), user: userSchema.nullish().transform((user) => user ?? {}) }),
  ),
});

export type Kubeconfig = z.output<typeof kubeconfigSchema>;
export type KubeconfigUser = Kubeconfig['users'][number]['user'];

type Env = Readonly<Record<string, string | undefined>>;

/** The files of `KUBECONFIG`, or `~/.kube/config`. The first one gets new contexts. */
export function kubeconfigPaths(env: Env): readonly [string, ...string[]] {
  const [first, ...others] = (env.KUBECONFIG ?? '').split(delimiter).filter(Boolean);
  return first === undefined
    ? [join(env.HOME || homedir(), '.kube', 'config')]
    : [first, ...others];
}

/**
 * The user's kubeconfig: all files together, where the first entry with a name counts, as for
 * kubectl. Files that don't exist are skipped. Throws HostError 'invalid' for a file that can't be
 * read.
 */
export async function readKubeconfig(env: Env): Promise<Kubeconfig> {
  const files = await Promise.all(kubeconfigPaths(env).map(readKubeconfigFile));
  return files.reduce(merge, empty);
}

/** One file, with absolute paths. */
export async function readKubeconfigFile(path: string): Promise<Kubeconfig> {
  const text = await readFile(path, 'utf8').catch(unlessMissing);
  return text === undefined ? empty : withAbsolutePaths(parseKubeconfig(text, path), dirname(path));
}

/** Throws HostError 'invalid'. */
export function parseKubeconfig(text: string, path: string): Kubeconfig {
  try {
    return kubeconfigSchema.parse(parse(text) ?? {});
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : reasonOf(cause);
    throw new HostError('invalid', `${path} isn't a valid kubeconfig file: ${reason}`, { cause });
  }
}

const empty: Kubeconfig = { clusters: [], contexts: [], users: [] };

function merge(earlier: Kubeconfig, later: Kubeconfig): Kubeconfig {
  const both = <T extends { readonly name: string }>(first: readonly T[], second: readonly T[]) => [
    ...first,
    ...second.filter(({ name }) => !first.some((each) => each.name === name)),
  ];
  return {
    'current-context': earlier['current-context'] || later['current-context'],
    clusters: both(earlier.clusters, later.clusters),
    contexts: both(earlier.contexts, later.contexts),
    users: both(earlier.users, later.users),
  };
}

function withAbsolutePaths(config: Kubeconfig, directory: string): Kubeconfig {
  const absolute = (path: string) => (isAbsolute(path) ? path : join(directory, path));
  const change = <T extends object>(value: T, keys: readonly (keyof T)[]): T => {
    const paths = keys.flatMap((key) => {
      const path = value[key];
      return typeof path === 'string' && path !== '' ? [[key, absolute(path)]] : [];
    });
    return { ...value, ...Object.fromEntries(paths) };
  };
  return {
    ...config,
    clusters: config.clusters.map((each) => ({
      ...each,
      cluster: change(each.cluster, ['certificate-authority']),
    })),
    users: config.users.map((each) => ({
      ...each,
      user: {
        ...change(each.user, ['client-certificate', 'client-key', 'tokenFile']),
        // A command without a slash is looked up in PATH.
        ...(each.user.exec && {
          exec: /[\\/]/.test(each.user.exec.command)
            ? change(each.user.exec, ['command'])
            : each.user.exec,
        }),
      },
    })),
  };
}
