import { EngineError } from '../../errors.ts';
import { resolveUser } from '../../runtime/user.ts';
import type { Dialect } from '../dialect.ts';

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The owner of copied files: `user[:group]` as names in the image at `root`, or as numbers. Undefined
 * if the files keep their owners. Throws EngineError 'invalid'.
 */
export async function copyOwner(
  root: string,
  chown: string,
  dialect: Dialect,
): Promise<Owner | undefined> {
  if (dialect.name === 'buildkit') return chown === '' ? undefined : buildkitOwner(root, chown);
  if (chown === '') return { uid: 0, gid: 0 };
  // The default group has the user's name or number.
  const [user = '', group = user] = chown.split(':', 2);
  return resolveUser(root, `${user}:${group || user}`);
}

/**
 * BuildKit looks names up in the image's files, also for `WORKDIR`, and fails if there are none.
 * Throws EngineError 'invalid' in its words.
 */
export function checkOwner(
  text: string,
  layers: readonly string[],
  { name }: Pick<Dialect, 'name'>,
): void {
  const isNamed = text.split(':').some((each) => /\D/.test(each));
  if (!isNamed || layers.length > 0 || name === 'classic') return;
  throw new EngineError('invalid', 'invalid user index: -1');
}

/**
 * As in BuildKit, a name comes with its group, a number means a group too, and root replaces names
 * that the image doesn't have.
 */
export async function buildkitOwner(root: string, text: string): Promise<Owner> {
  const [user = '', group = ''] = text.split(':', 2);
  const own = /^\d+$/.test(user)
    ? { uid: Number(user), gid: Number(user) }
    : await known(root, user);
  // An empty group after a colon is root.
  if (group === '') return text.includes(':') ? { ...own, gid: 0 } : own;
  const gid = /^\d+$/.test(group) ? Number(group) : (await known(root, `0:${group}`)).gid;
  return { uid: own.uid, gid };
}

async function known(root: string, text: string): Promise<Owner> {
  if (text === '') return { uid: 0, gid: 0 };
  try {
    return await resolveUser(root, text);
  } catch (error) {
    if (error instanceof EngineError && error.code === 'invalid') return { uid: 0, gid: 0 };
    throw error;
  }
}
