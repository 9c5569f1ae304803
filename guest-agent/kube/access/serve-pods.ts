import type { IncomingHttpHeaders } from 'node:http';
import { createServer } from 'node:https';
import type { ApiRequest } from '../api/api.ts';
import type { Verb } from '../api/dispatch.ts';
import type { KubeServer } from '../api/server.ts';
import { errorStatus } from '../api/status.ts';
import { KubeError } from '../kube-error.ts';
import type { Objects } from '../objects/objects.ts';
import { namespaces } from '../objects/resources.ts';
import { type Action, isAllowed } from './authorize.ts';
import type { ClusterKeys } from './cluster-keys.ts';
import type { Account, Tokens } from './tokens.ts';

type Headers = Pick<IncomingHttpHeaders, 'authorization'>;

/** Who sends a request with this token. */
export function accountOf(tokens: Tokens, headers: Headers): Account | undefined {
  const [, token] = /^Bearer (\S+)$/.exec(headers.authorization ?? '') ?? [];
  return token === undefined ? undefined : tokens.check(token);
}

/** Lets a pod do what the roles of its service account allow. Throws KubeError 'Forbidden'. */
export function podGate(objects: Objects, tokens: Tokens) {
  return async ({ target, headers }: ApiRequest, verb: Verb): Promise<boolean> => {
    const account = accountOf(tokens, headers);
    if (account === undefined) throw new KubeError('Unauthorized', 'Unauthorized');
    const { resource, namespace, name, subresource } = target;
    const { group, plural } = resource;
    const what = subresource === undefined ? plural : `${plural}/${subresource}`;
    // The namespace itself counts as an object in it.
    const scope = resource === namespaces ? name : namespace;
    if (isAllowed(objects, account, { verb, group, resource: what, namespace: scope, name })) {
      return true;
    }
    const user = `system:serviceaccount:${account.namespace}:${account.name}`;
    const where = scope === undefined ? 'at the cluster scope' : `in the namespace "${scope}"`;
    const object = name === undefined ? '' : ` "${name}"`;
    throw new KubeError(
      'Forbidden',
      `${group === '' ? plural : `${plural}.${group}`}${object} is forbidden: User "${user}" cannot ${verb} resource "${what}" in API group "${group}" ${where}`,
    );
  };
}

/** What `podGate` would say. */
export function podReview(objects: Objects, tokens: Tokens) {
  return (headers: Headers, action: Action): boolean => {
    const account = accountOf(tokens, headers);
    return account !== undefined && isAllowed(objects, account, action);
  };
}

/** Serves the API for pods over TLS. Requests without a valid token are refused. */
export async function servePods(
  server: KubeServer,
  tokens: Tokens,
  { certificate, key, address }: ClusterKeys,
  port: number,
): Promise<Disposable> {
  const tls = createServer({ cert: certificate, key });
  tls.on('request', (message, response) => {
    if (accountOf(tokens, message.headers)) {
      server.handle(message, response);
      return;
    }
    message.resume();
    const status = errorStatus(new KubeError('Unauthorized', 'Unauthorized'));
    response.writeHead(status.code, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(status));
  });
  tls.on('upgrade', (message, socket, head) => {
    socket.on('error', () => socket.destroy());
    if (accountOf(tokens, message.headers)) server.handleUpgrade(message, socket, head);
    else socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n');
  });
  await new Promise<void>((resolve, reject) => {
    tls.once('error', reject);
    tls.listen(port, address, resolve);
  });
  return {
    [Symbol.dispose]() {
      tls.close();
      tls.closeAllConnections();
    },
  };
}
