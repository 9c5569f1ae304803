import { nameFields, ustarBlock } from './header.ts';
import type { TarMember, TarType } from './member.ts';
import type { PaxRecord } from './pax.ts';

/* Writes headers in their simplest form, without anything that readers interpret differently. */

const FLAGS: Readonly<Record<TarType, string>> = {
  ...{ file: '0', link: '1', symlink: '2', char: '3', block: '4', directory: '5', fifo: '6' },
};

export const XATTR = 'SCHILY.xattr.';

/** The fields of the extended headers before a member. */
export interface Extensions {
  readonly pax?: ReadonlyMap<string, string>;
  readonly name?: string;
  readonly target?: string;
}

/** No file system has seconds of more than 12 digits. For blanks, see `nanoseconds`. */
export const TIME = /^-?\d{1,12}(?:\.\d*)? *$/;

/**
 * The attributes that files of images and archives have, as in containerd. Only the system can set
 * `trusted.*`: overlayfs would interpret such attributes as its own. The others mean nothing to Linux.
 */
const KEPT_XATTR =
  /^SCHILY\.xattr\.(?:(?:user|security)\..|system\.posix_acl_(?:access|default)$)/s;

export function isKeptXattr(key: string): boolean {
  return KEPT_XATTR.test(key);
}

/**
 * Keeps records that a header can't represent. The key of any other record becomes an unknown one.
 */
export function cleanRecords(
  data: Buffer,
  records: readonly PaxRecord[],
  extensions: Extensions | undefined,
): Buffer {
  const clean = Buffer.from(data);
  for (const { key, value, keyAt, valueAt } of records) {
    const counts =
      extensions !== undefined &&
      (isKeptXattr(key) ||
        (value !== '' &&
          ((key === 'path' && extensions.name === undefined) ||
            (key === 'linkpath' && extensions.target === undefined) ||
            (key === 'mtime' && TIME.test(value)))));
    if (!counts) clean.write('#', keyAt, 'latin1');
    else if (key === 'path') clean.write(rootAsDot(value), valueAt, 'latin1');
    else if (key === 'mtime') clean.write(nanoseconds(value), valueAt, 'latin1');
  }
  return clean;
}

/** Names that consist only of slashes mean the root. All readers understand `.`. */
export function rootAsDot(name: string): string {
  return withoutEndSlashes(name) === '/' ? `.${name.slice(1)}` : name;
}

/** At most nine digits after the point. Blanks replace further digits. */
function nanoseconds(time: string): string {
  const point = time.indexOf('.');
  if (point === -1) return time;
  const kept = point === time.length - 1 ? point : point + 10;
  return time.slice(0, kept).padEnd(time.length, ' ');
}

export function cleanBlock(block: Buffer, member: TarMember, as?: { type: '0' }): Buffer {
  const fields = nameFields(block);
  const isRoot = withoutEndSlashes(`/${fields.prefix}/${fields.name}`) === '/';
  return ustarBlock({
    ...member,
    ...(isRoot ? { name: '.', prefix: '' } : fields),
    mtime: Math.max(0, member.mtime),
    type: as?.type ?? FLAGS[member.type],
  });
}

export function withoutEndSlashes(name: string): string {
  let end = name.length;
  while (end > 1 && name[end - 1] === '/') end--;
  return name.slice(0, end);
}
