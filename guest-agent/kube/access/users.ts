import type { Users } from '../api/rights.ts';
import type { Objects } from '../objects/objects.ts';
import { rightsOf } from './rights.ts';
import type { Tokens } from './tokens.ts';
import { accountUser, namedUser } from './user.ts';

/** The users of this engine's cluster, for reviews. */
export function usersOf(objects: Objects, tokens?: Pick<Tokens, 'check'>): Users {
  return {
    rightsOf: (name, groups) => rightsOf(objects, namedUser(name, groups)),
    ofToken(token, audiences) {
      const checked = tokens?.check(token, audiences);
      if (checked === undefined) return undefined;
      const { uid, pod } = checked;
      const extra = pod && {
        'authentication.kubernetes.io/pod-name': [pod.name],
        'authentication.kubernetes.io/pod-uid': [pod.uid],
      };
      const user = { ...accountUser(checked), uid, extra: extra ?? {} };
      return { user, audiences: checked.audiences };
    },
  };
}
