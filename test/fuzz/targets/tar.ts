import { isDeepStrictEqual } from 'node:util';
import { EngineError } from '../../../guest-agent/errors.ts';
import { PlainIndex } from '../../../guest-agent/store/layers/plain-index.ts';
import { TarScan } from '../../../guest-agent/store/layers/tar-scan.ts';
import type { TarMember } from '../../../guest-agent/store/tar/member.ts';
import { readTar } from '../../../guest-agent/store/tar/reader.ts';
import { hostileTar } from '../../../guest-agent/store/testing/hostile-tars.ts';
import { writeTar } from '../../../guest-agent/store/testing/tar-writer.ts';
import { Mismatch, type Target } from '../target.ts';

const BLOCK = 512;
/** An outline is as long as what the tar claims to have. */
const MAX_OUTLINE = 256 << 10;

interface Scanned {
  readonly members: readonly TarMember[];
  readonly outline?: Buffer;
}

/**
 * The reader of layers and the reader of all other archives must agree on the members, and so must
 * each of them with the outline that programs see.
 */
export const tar: Target = {
  seeds: [
    writeTar([
      { name: 'etc', type: 'directory' },
      { name: 'etc/passwd', content: 'root:x:0:0:root:/root:/bin/sh\n', mode: 0o600 },
      { name: 'bin/sh', type: 'symlink', target: 'busybox' },
      { name: 'bin/ls', type: 'link', target: 'bin/busybox' },
      { name: 'dev/null', type: 'char', device: [1, 3] },
      { name: '.wh.gone', content: '' },
    ]),
    writeTar([
      { name: 'n'.repeat(150), content: 'long' },
      { name: 'x', pax: { 'SCHILY.xattr.user.note': 'a', mtime: '1700000000.123456789' } },
      { name: 'y', pax: { path: 'other/name', uid: '70000', size: '0' } },
    ]),
  ],
  generate: (random) => fixChecksums(hostileTar(() => random.number())),
  words: ['ustar\0', '././@LongLink', '10 path=a\n', '30 mtime=1.5\n', '.wh.', '.wh..wh..opq'],
  async read(input) {
    // Most changes break a checksum, and would show nothing else.
    const archive = input.length % 2 === 0 ? fixChecksums(input) : input;
    const [scanned, pieces, read] = [
      caught(() => scan(archive, archive.length)),
      caught(() => scan(archive, 1 + (archive.length % 700))),
      await readMembers(archive),
    ];
    if (!isDeepStrictEqual(scanned, pieces)) throw new Mismatch('chunks change what a layer has');
    if (scanned instanceof EngineError) throw scanned;
    if (read instanceof EngineError) {
      throw new Mismatch(`a layer is accepted, but not as an archive: ${read.message}`);
    }
    if (!isDeepStrictEqual(scanned.members, read)) throw new Mismatch('members differ');
    if (scanned.outline === undefined) return;
    // The directories that only longer names have come last.
    const again = scan(scanned.outline, BLOCK).members.slice(0, read.length);
    if (!isDeepStrictEqual(again.map(essence), read.map(essence))) {
      throw new Mismatch('the outline has other members than the layer');
    }
  },
};

function caught<T>(read: () => T): T | EngineError {
  try {
    return read();
  } catch (error) {
    if (error instanceof EngineError) return new EngineError(error.code, error.message);
    throw error;
  }
}

function scan(archive: Buffer, chunk: number): Scanned {
  const pieces: [number, Buffer][] = [];
  const members: TarMember[] = [];
  const index = new PlainIndex();
  const scanned = new TarScan(
    (offset, bytes) => void pieces.push([offset, Buffer.from(bytes)]),
    (member, written, content) => {
      members.push(member);
      index.add(member, written, content);
    },
  );
  for (let at = 0; at < archive.length; at += chunk)
    scanned.write(archive.subarray(at, at + chunk));
  const { end, trailer } = scanned.finish();
  const last = [...trailer];
  index.image(archive.length);
  const length = last.reduce((sum, { length }) => sum + length, end);
  if (length > MAX_OUTLINE) return { members };
  const outline = Buffer.alloc(end);
  for (const [offset, bytes] of pieces) bytes.copy(outline, offset);
  return { members, outline: Buffer.concat([outline, ...last]) };
}

async function readMembers(archive: Buffer): Promise<TarMember[] | EngineError> {
  try {
    const members: TarMember[] = [];
    for await (const { member } of readTar(once(archive))) members.push(member);
    return members;
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
}

async function* once(bytes: Buffer) {
  yield bytes;
}

/** What must not differ. The outline has whiteouts as files, and simpler numbers. */
const essence = ({ name, mode, uid, gid }: TarMember) => ({
  ...{ name: name.replace(/^(?:\.?\/+)+/, '') || '.', mode, uid, gid },
});

/** Gives each block that can be a header the right checksum. */
function fixChecksums(archive: Buffer): Buffer {
  const fixed = Buffer.from(archive);
  for (let at = 0; at + BLOCK <= fixed.length; at += BLOCK) {
    const block = fixed.subarray(at, at + BLOCK);
    if (!/^ustar/.test(block.toString('latin1', 257, 263))) continue;
    block.fill(' ', 148, 156);
    const sum = block.reduce((total, byte) => total + byte, 0);
    block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  }
  return fixed;
}
