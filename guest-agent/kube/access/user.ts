/** A service account, as which a pod signs in. */
export interface Account {
  readonly namespace: string;
  readonly name: string;
}

/** Who sends a request, as roles name it. */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

const PREFIX = 'system:serviceaccount:';
const AUTHENTICATED = 'system:authenticated';

export const accountName = ({ namespace, name }: Account) => `${PREFIX}${namespace}:${name}`;

/** The user that a service account is. */
export function accountUser(account: Account): User {
  return { name: accountName(account), groups: groupsOf(accountName(account)) };
}

/** A user with this name, and the groups that its name gives it. */
export function namedUser(name: string, groups: readonly string[] = []): User {
  return { name, groups: [...groups, ...groupsOf(name)] };
}

function groupsOf(name: string): string[] {
  const [namespace] = name.startsWith(PREFIX) ? name.slice(PREFIX.length).split(':') : [];
  const ofAccounts = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
  return [...(namespace === undefined ? [] : ofAccounts), AUTHENTICATED];
}
