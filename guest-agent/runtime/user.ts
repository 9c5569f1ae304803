import { readFile, stat } from 'node:fs/promises';
import { EngineError } from '../errors.ts';
import { resolveInRoot } from './files/rootfs-path.ts';
import type { User } from './spec/spec.ts';

const MAX_DATABASE_BYTES = 4 * 1024 * 1024;
/** Docker's limit. */
const MAX_ID = 2_147_483_647;

interface PasswdEntry {
  name: string;
  uid: number;
  gid: number;
  home: string;
}

interface GroupEntry {
  name: string;
  gid: number;
  members: string[];
}

/**
 * Resolves `user[:group]`, as names or numbers, to IDs with the container's own /etc/passwd and
 * /etc/group (passwd(5), group(5)). Empty means root. Throws EngineError 'invalid' in Docker's
 * words for an unknown name.
 */
export async function resolveUser(
  root: string,
  spec: string,
  groupAdd: readonly string[] = [],
): Promise<User> {
  const [userPart = '', groupPart] = spec.split(':', 2);
  const [passwd, groups] = await Promise.all([readPasswd(root), readGroup(root)]);
  const wanted = userPart || '0';
  const entry =
    passwd.find(({ name }) => name === wanted) ??
    passwd.find(({ uid }) => isNumber(wanted) && uid === Number(wanted));
  if (!entry && !isNumber(wanted)) {
    throw new EngineError(
      'invalid',
      `unable to find user ${wanted}: no matching entries in passwd file`,
    );
  }
  const groupId = (name: string): number => {
    const group = groups.find((candidate) => candidate.name === name);
    if (group) return group.gid;
    if (isNumber(name)) return Number(name);
    throw new EngineError(
      'invalid',
      `unable to find group ${name}: no matching entries in group file`,
    );
  };
  const gid = groupPart ? groupId(groupPart) : (entry?.gid ?? 0);
  // If a group is given, Docker ignores the groups that have the user as a member.
  const memberships =
    entry && !groupPart
      ? groups.filter(({ members }) => members.includes(entry.name)).map((group) => group.gid)
      : [];
  const uid = entry?.uid ?? Number(wanted);
  // As in Docker, this includes the main group, so that a process that changes its group keeps its
  // rights.
  const additionalGids = [...new Set([gid, ...memberships, ...groupAdd.map(groupId)])];
  if ([uid, ...additionalGids].some((id) => id > MAX_ID)) {
    throw new EngineError('invalid', `uids and gids must be in range 0-${MAX_ID}`);
  }
  return { uid, gid, additionalGids, home: entry?.home || '/' };
}

const isNumber = (text: string) => /^\d+$/.test(text);

async function readPasswd(root: string): Promise<PasswdEntry[]> {
  return (await readDatabase(root, '/etc/passwd')).flatMap(
    ([name, , uid = '', gid = '', , home = '']) =>
      name && isNumber(uid) && isNumber(gid)
        ? [{ name, uid: Number(uid), gid: Number(gid), home }]
        : [],
  );
}

async function readGroup(root: string): Promise<GroupEntry[]> {
  return (await readDatabase(root, '/etc/group')).flatMap(([name, , gid = '', members = '']) =>
    name && isNumber(gid)
      ? [{ name, gid: Number(gid), members: members.split(',').filter(Boolean) }]
      : [],
  );
}

/** Lines of colon-separated fields. Empty if the image has no such file, or not a regular one. */
async function readDatabase(root: string, path: string): Promise<string[][]> {
  try {
    const resolved = await resolveInRoot(root, path);
    // Reading from a pipe that the container put there would never end.
    const file = await stat(resolved);
    if (!file.isFile() || file.size > MAX_DATABASE_BYTES) return [];
    return (await readFile(resolved, 'utf8')).split('\n').map((line) => line.trim().split(':'));
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) {
      return [];
    }
    throw error;
  }
}
