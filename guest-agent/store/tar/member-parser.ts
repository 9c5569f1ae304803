import {
  cleanBlock,
  cleanRecords,
  type Extensions,
  isKeptXattr,
  rootAsDot,
  TIME,
  withoutEndSlashes,
  XATTR,
} from './clean-header.ts';
import { deviceOf, invalidTar, parseHeader, shown, type TarHeader, ustarBlock } from './header.ts';
import { LIMITS } from './limits.ts';
import { type TarMember, type TarType, tarMember } from './member.ts';
import { type PaxRecord, parsePax } from './pax.ts';

/** The meaning of a header block. */
export type HeaderStep =
  /** An extended header of `size` bytes, which `extension` parses. For `clean`, see below. */
  | { readonly kind: 'extension'; readonly size: number; readonly clean: Buffer }
  | {
      readonly kind: 'member';
      readonly member: TarMember;
      /** The name as written, including a final slash. */
      readonly written: string;
      /**
       * The same block in its simplest form, without anything that readers interpret differently.
       */
      readonly clean: (as?: { type: '0' }) => Buffer;
    };

const TYPES: Readonly<Record<string, TarType>> = {
  ...{ 0: 'file', 7: 'file', 1: 'link', 2: 'symlink', 3: 'char', 4: 'block' },
  ...{ 5: 'directory', 6: 'fifo' },
};
const MAX_ID = 0xffff_fffe;

/**
 * Parses a tar's headers, POSIX and GNU, for all readers of tars. It gets the header blocks and
 * extended headers of an archive in order, and rejects everything malformed, ambiguous or beyond
 * `LIMITS` with EngineError 'invalid'.
 */
export class MemberParser {
  #extensions: Extensions = {};
  #type = '';
  #members = 0;

  /** Whether the last extended headers have no member yet. */
  get isWaiting(): boolean {
    return Object.keys(this.#extensions).length > 0;
  }

  header(block: Buffer): HeaderStep {
    const header = parseHeader(block);
    if (header.size < 0) throw invalidTar("a header's size is negative");
    if (/[xgLK]/.test(header.type)) return this.#extensionHeader(header);
    if (++this.#members > LIMITS.members) throw invalidTar('it has too many members');
    const extensions = this.#extensions;
    this.#extensions = {};
    const written = extensions.name ?? extensions.pax?.get('path') ?? header.name;
    const member = memberOf(block, header, extensions, written);
    return { kind: 'member', member, written, clean: (as) => cleanBlock(block, member, as) };
  }

  /**
   * Parses the extended header that `header` announced, without its padding. Returns data of the
   * same length that only contains records that matter for the member.
   */
  extension(data: Buffer): Buffer {
    const { pax, name, target } = this.#extensions;
    switch (this.#type) {
      case 'L':
      case 'K': {
        const value = firstText(data);
        if (value === '') throw invalidTar('a long name is empty');
        if (pax !== undefined || (this.#type === 'L' ? name : target) !== undefined) {
          throw invalidTar('a member has several extended headers of a kind');
        }
        this.#extensions = {
          ...this.#extensions,
          ...(this.#type === 'L' ? { name: value } : { target: value }),
        };
        const clean = Buffer.alloc(data.length);
        clean.write(this.#type === 'L' ? withoutEndSlashes(rootAsDot(value)) : value, 'latin1');
        return clean;
      }
      case 'x': {
        if (pax !== undefined) throw invalidTar('a member has several extended headers of a kind');
        const records = parsePax(data);
        this.#extensions = { ...this.#extensions, pax: valuesOf(records) };
        return cleanRecords(data, records, this.#extensions);
      }
      default:
        // Docker ignores headers for all members.
        return cleanRecords(data, parsePax(data), undefined);
    }
  }

  #extensionHeader({ type, size }: TarHeader): HeaderStep {
    const isName = type === 'L' || type === 'K';
    if (size > (isName ? LIMITS.nameBytes + 1 : LIMITS.extensionBytes)) {
      throw invalidTar(isName ? tooLong : 'an extended header is too long');
    }
    this.#type = type;
    const clean = ustarBlock({ ...EXTENSION, size, type });
    return { kind: 'extension', size, clean };
  }
}

const EXTENSION = {
  ...{ name: 'extension', mode: 0o644, uid: 0, gid: 0, mtime: 0, target: '' },
  device: [0, 0] as const,
};
const tooLong = 'a name is longer than 4095 bytes, or a part of it longer than 255';

/** The last record of a key counts. A record without a value doesn't override the header. */
function valuesOf(records: readonly PaxRecord[]): Map<string, string> {
  const values = new Map<string, string>();
  for (const { key, value } of records) {
    if (key.startsWith('GNU.sparse.')) throw invalidTar("sparse files aren't supported");
    if (value !== '' || key.startsWith(XATTR)) values.set(key, value);
    else values.delete(key);
  }
  for (const key of ['path', 'linkpath']) {
    if (values.get(key)?.includes('\0')) throw invalidTar('a name has a NUL byte');
  }
  return values;
}

function memberOf(
  block: Buffer,
  header: TarHeader,
  { pax, target: longTarget }: Extensions,
  written: string,
): TarMember {
  const plain = TYPES[header.type];
  // Docker's words, with the number of the type flag.
  if (plain === undefined) {
    throw invalidTar(`unhandled tar header type ${header.type.charCodeAt(0)} of ${shown(written)}`);
  }
  checkName(written);
  // Old archives mark directories only by a final slash.
  const type = plain === 'file' && written.endsWith('/') ? 'directory' : plain;
  const size = plain === 'file' ? numberIn(pax, 'size', header.size) : 0;
  if (size < 0) throw invalidTar(`${shown(written)} has a negative size`);
  if (type === 'directory' && size > 0)
    throw invalidTar(`the directory ${shown(written)} has content`);
  const target = type === 'link' || type === 'symlink' ? linkTarget(header, pax, longTarget) : '';
  if (type === 'link') checkName(target);
  else if (target.length > LIMITS.nameBytes) throw invalidTar(tooLong);
  if (target === '' && (type === 'link' || type === 'symlink')) {
    throw invalidTar(`${shown(written)} is a link to nothing`);
  }
  return tarMember({
    name: withoutEndSlashes(written),
    type,
    mode: header.mode & 0o7777,
    uid: idOf(numberIn(pax, 'uid', header.uid), 'user', written),
    gid: idOf(numberIn(pax, 'gid', header.gid), 'group', written),
    mtime: timeOf(pax, header.mtime, written),
    size,
    target,
    device: type === 'char' || type === 'block' ? deviceOf(block) : [0, 0],
    xattrs: xattrsOf(pax, written),
  });
}

function linkTarget(header: TarHeader, pax: Extensions['pax'], long: string | undefined): string {
  return long ?? pax?.get('linkpath') ?? header.target;
}

function checkName(name: string): void {
  const parts = name.length > LIMITS.nameBytes ? undefined : name.split('/');
  if (parts?.every((part) => part.length <= LIMITS.componentBytes)) return;
  throw invalidTar(tooLong);
}

function numberIn(pax: Extensions['pax'], key: string, otherwise: number): number {
  const text = pax?.get(key);
  if (text === undefined) return otherwise;
  if (!/^-?\d{1,16}$/.test(text) || !Number.isSafeInteger(Number(text))) {
    throw invalidTar(`"${shown(text)}" is not a valid ${key}`);
  }
  return Number(text);
}

function idOf(id: number, whose: 'user' | 'group', written: string): number {
  if (id >= 0 && id <= MAX_ID) return id;
  throw invalidTar(`${shown(written)} has the ${whose} ID ${id}, which is out of range`);
}

function timeOf(pax: Extensions['pax'], otherwise: number, written: string): number {
  const text = pax?.get('mtime');
  if (text !== undefined && !TIME.test(text)) {
    throw invalidTar(
      `${shown(written)} has the modification time "${shown(text)}", which is not a number`,
    );
  }
  return Math.trunc(Number(text ?? otherwise));
}

function xattrsOf(pax: Extensions['pax'], written: string): Record<string, Buffer> {
  const xattrs: [string, Buffer][] = [];
  for (const [key, value] of pax ?? []) {
    if (!isKeptXattr(key)) continue;
    const name = key.slice(XATTR.length);
    if (name.length > LIMITS.xattrNameBytes || value.length > LIMITS.xattrValueBytes) {
      throw invalidTar(`${shown(written)} has an extended attribute that is too long`);
    }
    xattrs.push([name, Buffer.from(value, 'latin1')]);
  }
  return Object.fromEntries(xattrs);
}

function firstText(data: Buffer): string {
  const end = data.indexOf(0);
  return data.toString('latin1', 0, end === -1 ? data.length : end);
}
