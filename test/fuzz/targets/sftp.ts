import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import {
  packet,
  packetTypes,
  string,
  uint32,
} from '../../../electron/host/supervisor/shared-folders/sftp/packets.ts';
import { serveSftp } from '../../../electron/host/supervisor/shared-folders/sftp/serve.ts';
import type { Random } from '../../fixtures/random.ts';
import { Mismatch, type Target } from '../target.ts';

const types = Object.values(packetTypes);
const names = [
  '/',
  '/a',
  '/d',
  '/d/b',
  '/link',
  '/out',
  '/..',
  '/../x',
  '',
  '.',
  '/a/',
  '0',
  '1',
  '\0',
];
const extensions = [
  'posix-rename@openssh.com',
  'hardlink@openssh.com',
  'fsync@openssh.com',
  'x',
  'constructor',
];
const none = uint32(0);

/** Packets that a guest sends for shared folders. */
export async function openSftp(): Promise<Target> {
  const root = await mkdtemp(join(tmpdir(), 'berth-fuzz-sftp-'));
  await mkdir(join(root, 'd'));
  await writeFile(join(root, 'a'), 'content');
  await writeFile(join(root, 'd/b'), 'content');
  await symlink('a', join(root, 'link'));
  await symlink('../..', join(root, 'out'));
  return {
    seeds: [
      Buffer.concat([
        packet(packetTypes.init, uint32(3)),
        packet(packetTypes.open, uint32(1), string('/a'), uint32(1), none),
        packet(packetTypes.read, uint32(2), string('0'), none, none, uint32(100)),
        packet(packetTypes.opendir, uint32(3), string('/')),
        packet(packetTypes.readdir, uint32(4), string('1')),
        packet(packetTypes.close, uint32(5), string('0')),
      ]),
    ],
    generate: (random) => Buffer.concat(random.times(1, 12, () => randomPacket(random))),
    words: ['\0\0\0\x05', '/a', '/../', 'constructor', '\xff\xff\xff\xff'],
    async read(input) {
      const client = new Client(input);
      // Nothing may be written: what later cases read would depend on earlier ones.
      await serveSftp(client, { root, readOnly: true, withheld: [] });
      if (client.error !== undefined) throw client.error;
      if (client.answered > client.asked) throw new Mismatch('more answers than requests');
    },
  };
}

function randomPacket(random: Random): Buffer {
  const text = () => string(random.pickFrom(names) ?? '');
  const fields = random.times(0, 4, () =>
    random.chance(0.5) ? text() : uint32(random.pick([0, 1, 2, 3, 255, 2 ** 31, 2 ** 32 - 1])),
  );
  const type = random.pickFrom(types) ?? 0;
  const first = type === packetTypes.extended ? string(random.pickFrom(extensions) ?? '') : text();
  return packet(type, uint32(random.integer(0, 9)), first, ...fields);
}

/** Sends everything at once, and counts the answers. */
class Client extends Duplex {
  readonly asked: number;
  answered = 0;
  error: unknown;

  constructor(input: Buffer) {
    super();
    this.asked = input.length / 5;
    this.push(input);
    this.push(null);
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.answered += chunk.length > 0 ? 1 : 0;
    done();
  }
}
