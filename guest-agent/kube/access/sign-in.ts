import type { IncomingHttpHeaders } from 'node:http';
import type { Rights } from '../api/rights.ts';
import { KubeError } from '../kube-error.ts';
import type { Objects } from '../objects/objects.ts';
import { rightsOf } from './rights.ts';
import type { Tokens } from './tokens.ts';
import { accountUser, namedUser } from './user.ts';

const IMPERSONATE = 'impersonate-';

/** The rights of a pod, which signs in with a token. Throws KubeError 'Unauthorized'. */
export function podRights(objects: Objects, tokens: Tokens) {
  return (headers: IncomingHttpHeaders): Rights => {
    const [, token] = /^Bearer (\S+)$/i.exec(headers.authorization ?? '') ?? [];
    const account = token === undefined ? undefined : tokens.check(token);
    if (account === undefined) throw new KubeError('Unauthorized', 'Unauthorized');
    const user = accountUser(account);
    // To ignore the wish would do more than the pod wants.
    if (Object.keys(headers).some((name) => name.startsWith(IMPERSONATE))) {
      const message = `User "${user.name}" cannot impersonate: Berth's engine doesn't offer it to pods`;
      throw new KubeError('Forbidden', message);
    }
    return rightsOf(objects, user);
  };
}

/** The rights of the user of this engine: all, except for `kubectl --as USER`. */
export function ownerRights(objects: Objects) {
  return (headers: IncomingHttpHeaders): Rights | undefined => {
    const name = headers[`${IMPERSONATE}user`];
    if (typeof name !== 'string') return undefined;
    const groups = String(headers[`${IMPERSONATE}group`] ?? '').split(/, */);
    return rightsOf(objects, namedUser(name, groups.filter(Boolean)));
  };
}
