import { existsSync, lstatSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { FolderServer } from '../../../electron/host/supervisor/shared-folders/fuse/serve.ts';
import {
  encodeNotice,
  encodeRequest,
  noticeKinds,
} from '../../../guest-agent/contract/fuse/messages.ts';
import { opcodes } from '../../../guest-agent/contract/fuse/opcodes.ts';
import type { Random } from '../../fixtures/random.ts';
import { Mismatch, type Target } from '../target.ts';

const operations = Object.values(opcodes);
const paths = [
  ...[
    '',
    'a',
    'd',
    'd/b',
    'd/new',
    'link',
    'out',
    'out/beside',
    'out/x',
    'd/out/beside',
    'd/up/beside',
  ],
  ...[
    '..',
    '../beside',
    'd/../../beside',
    '/etc/passwd',
    './a',
    'a/',
    'd//b',
    '\0',
    'keys',
    'keys/id',
    'KEYS',
  ],
];
const hello = encodeNotice(noticeKinds.hello, { version: 1, session: 'fuzz' });

/** Requests that a guest sends for shared files. The folder can be written: nothing outside may change. */
export async function openSharedFiles(): Promise<Target> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'berth-fuzz-files-')));
  const root = join(directory, 'root');
  await mkdir(join(root, 'd'), { recursive: true });
  await mkdir(join(root, 'keys'));
  await writeFile(join(root, 'keys/id'), 'secret');
  await writeFile(join(directory, 'beside'), 'secret');
  const state = () => {
    const { size, mtimeMs, mode, ino } = lstatSync(join(directory, 'beside'));
    return JSON.stringify([size, mtimeMs, mode, ino, existsSync(join(root, 'keys/id'))]);
  };
  const before = state();
  const seed = [opcodes.lookup, opcodes.readdirplus, opcodes.read].map((opcode, index) =>
    request(opcode, { path: 'd/b', unique: BigInt(index + 2), body: Buffer.alloc(40, 1) }),
  );
  return {
    seeds: [Buffer.concat([hello, ...seed])],
    generate: (random) =>
      Buffer.concat([hello, ...random.times(1, 12, () => randomRequest(random))]),
    words: ['d/b', '../', 'out/', 'keys', '\xff\xff\xff\xff'],
    async read(input) {
      await writeFile(join(root, 'a'), 'content').catch(() => {});
      await writeFile(join(root, 'd/b'), 'content').catch(() => {});
      await symlink('..', join(root, 'out')).catch(() => {});
      await symlink('../..', join(root, 'd/up')).catch(() => {});
      const client = new Client(input);
      const server = new FolderServer({ path: root, readOnly: false, withheld: ['keys'] });
      await server.serve(client);
      server.close();
      if (client.output.includes('secret'))
        throw new Mismatch('the guest reads what is not shared');
      if (state() !== before) throw new Mismatch('the guest changes what is not shared');
      const around = await readdir(directory);
      if (around.length !== 2) throw new Mismatch(`the guest makes files outside: ${around}`);
    },
  };
}

interface Fields {
  readonly unique: bigint;
  readonly path: string;
  readonly secondPath?: string;
  readonly flags?: number;
  readonly ino?: bigint;
  readonly body: Buffer;
}

const request = (opcode: number, fields: Fields) =>
  encodeRequest({
    ...{ opcode, uid: 0, gid: 0, flags: 0, ino: 0n, secondPath: '' },
    ...fields,
  });

function randomRequest(random: Random): Buffer {
  const path = () => random.pickFrom(paths) ?? '';
  const numbers = random.times(0, 22, () =>
    random.pick([0, 1, 2, 8, 0o644, 0o100644, 2 ** 31, 2 ** 32 - 1]),
  );
  const body = Buffer.alloc(4 * numbers.length);
  for (const [index, number] of numbers.entries()) body.writeUInt32LE(number, 4 * index);
  return request(random.pickFrom(operations) ?? 0, {
    unique: BigInt(random.integer(2, 9)),
    flags: random.pick([0, 0, 1, 2, 3]),
    ino: BigInt(random.integer(0, 3)),
    ...{ path: path(), secondPath: path() },
    body: random.chance(0.2) ? Buffer.from('../beside') : body,
  });
}

/** Sends everything at once, and keeps the answers. */
class Client extends Duplex {
  #chunks: Buffer[] = [];

  constructor(input: Buffer) {
    super();
    this.push(input);
    this.push(null);
  }

  get output(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#chunks.push(Buffer.from(chunk));
    done();
  }
}
