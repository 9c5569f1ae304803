import type { Agent, RequestOptions } from 'node:https';
import { HostError, reasonOf } from '../../base/errors.ts';
import { codeOf } from '../../base/system-error.ts';
import type { KubeContext } from '../contexts/contexts.ts';
import type { Kubeconfig, KubeconfigUser } from '../contexts/kubeconfig.ts';
import type { Endpoint } from './endpoint.ts';

/**
 * The API server of a context. Signs in as the kubeconfig says: certificates, tokens, programs
 * (exec) and OpenID Connect. Throws HostError 'invalid' for an incomplete context.
 */
export async function remoteEndpoint(
  context: KubeContext,
  kubeconfig: Kubeconfig,
): Promise<Endpoint> {
  const cluster = kubeconfig.clusters.find(({ name }) => name === context.cluster);
  if (!cluster) throw incomplete(context, `its cluster "${context.cluster}" isn't there`);
  const named = kubeconfig.users.find(({ name }) => name === context.user);
  if (!named && context.user !== '') {
    throw incomplete(context, `its user "${context.user}" isn't there`);
  }
  const user = withExecInfo(named?.user ?? {}, cluster.cluster);
  const { server } = cluster.cluster;
  const isPlain = server.startsWith('http:');
  // Large, so only commands for other clusters load it.
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
  const config = new KubeConfig();
  config.loadFromString(
    JSON.stringify({
      clusters: [
        {
          name: context.cluster,
          cluster: {
            ...cluster.cluster,
            // The library asks for this, although there is nothing to verify.
            ...(isPlain && { 'insecure-skip-tls-verify': true }),
          },
        },
      ],
      users: [{ name: context.user, user: { ...user, 'token-file': user.tokenFile } }],
      contexts: [{ name: context.name, context: { cluster: context.cluster, user: context.user } }],
      'current-context': context.name,
    }),
  );
  return {
    server: server.replace(/\/+$/, ''),
    async access() {
      const options: RequestOptions = {};
      try {
        await config.applyToHTTPSOptions(options);
      } catch (cause) {
        throw signInFailed(context, user, cause);
      }
      const { ca, cert, key, rejectUnauthorized, servername } = options;
      const headers: Record<string, string> = {};
      for (const [name, value] of Object.entries(options.headers ?? {})) {
        if (value !== undefined) headers[name.toLowerCase()] = String(value);
      }
      if (options.auth) {
        headers.authorization = `Basic ${Buffer.from(options.auth).toString('base64')}`;
      }
      return {
        headers,
        ...(options.agent instanceof Object && { agent: options.agent as Agent }),
        tls: {
          ...(isPem(ca) && { ca }),
          ...(isPem(cert) && { cert }),
          ...(isPem(key) && { key }),
          ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
          ...(servername !== undefined && { servername }),
        },
      };
    },
  };
}

const isPem = (value: unknown): value is string | Buffer =>
  typeof value === 'string' || Buffer.isBuffer(value);

/** Some programs refuse to run without this variable, which kubectl sets. */
function withExecInfo(
  user: KubeconfigUser,
  cluster: Readonly<Record<string, unknown>>,
): KubeconfigUser {
  const { exec } = user;
  if (!exec) return user;
  const info = {
    apiVersion: exec.apiVersion ?? 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    spec: { interactive: false, ...(exec.provideClusterInfo && { cluster }) },
  };
  const variable = { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) };
  return { ...user, exec: { ...exec, env: [...(exec.env ?? []), variable] } };
}

function incomplete({ name }: KubeContext, problem: string): HostError {
  return new HostError('invalid', `context "${name}" of your kubeconfig is incomplete: ${problem}`);
}

function signInFailed({ name }: KubeContext, { exec }: KubeconfigUser, cause: unknown): HostError {
  if (exec && codeOf(cause) === 'ENOENT') {
    const message = `context "${name}" signs in with the program "${exec.command}", which isn't installed or isn't in PATH`;
    const hint = exec.installHint ?? `Install "${exec.command}", then try again.`;
    return new HostError('missing-program', message, { hint, cause });
  }
  const program = exec ? ` with the program "${exec.command}"` : '';
  return new HostError('connection', `can't sign in to context "${name}"${program}`, {
    hint: reasonOf(cause).trim(),
    cause,
  });
}
