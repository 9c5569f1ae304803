import { chmod, mkdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { duplexPair } from 'node:stream';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { onWindows } from '../../../../../guest-agent/testing/on-windows.ts';
import { temporaryDirectory } from '../../../base/testing/temporary-directory.ts';
import { confinedPath } from './confined-path.ts';
import { PacketReader, packet, packetTypes, statusCodes, string, uint32 } from './packets.ts';
import { serveSftp } from './serve.ts';

/* A client that says what it likes: raw packets, without the checks that sshfs would make. */

const { ok, noSuchFile, permissionDenied, failure, badMessage, endOfFile } = statusCodes;
const noAttributes = uint32(0);
const [READ, WRITE_NEW, WRITE_AT_END] = [1, 2 | 8 | 0x10, 2 | 4];

let root: string;
let outside: string;
let ask: ReturnType<typeof connect>;

beforeEach(async () => {
  const directory = await temporaryDirectory();
  root = join(directory, 'shared');
  outside = join(directory, 'outside');
  await mkdir(join(root, 'sub'), { recursive: true });
  await mkdir(outside);
  await writeFile(join(root, 'sub/file'), 'inside');
  await writeFile(join(outside, 'secret'), 'secret');
  await symlink(outside, join(root, 'out'));
  await symlink(join(outside, 'secret'), join(root, 'leak'));
  ask = connect(false);
});

function connect(readOnly: boolean, platform = process.platform, withheld: readonly string[] = []) {
  const [client, server] = duplexPair();
  void serveSftp(server, { root, readOnly, withheld }, platform);
  onTestFinished(() => {
    client.destroy();
  });
  let last = 0;
  let rest = Buffer.alloc(0);
  const waiting = new Map<number, (reply: { type: number; fields: PacketReader }) => void>();
  client.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE()) {
      const end = 4 + rest.readUInt32BE();
      const fields = new PacketReader(rest.subarray(4, end));
      rest = rest.subarray(end);
      const type = fields.byte();
      waiting.get(fields.uint32())?.({ type, fields });
    }
  });
  return (type: number, ...fields: Buffer[]) =>
    new Promise<{ type: number; fields: PacketReader }>((resolve) => {
      const id = ++last;
      waiting.set(id, resolve);
      client.write(packet(type, uint32(id), ...fields));
    });
}

const status = async (reply: ReturnType<typeof ask>) => {
  const { type, fields } = await reply;
  expect(type).toBe(packetTypes.status);
  return fields.uint32();
};
const open = (path: string, flags: number) =>
  ask(packetTypes.open, string(path), uint32(flags), noAttributes);
const extended = (name: string, ...paths: string[]) =>
  ask(packetTypes.extended, string(name), ...paths.map((path) => string(path)));

const noLinks = onWindows('wine can’t make links');

test('a file is written, read, listed and removed', async () => {
  const handle = (await open('/sub/new', WRITE_NEW)).fields.bytes();
  const zero = Buffer.alloc(8);
  expect(await status(ask(packetTypes.write, string(handle), zero, string('written')))).toBe(ok);
  expect(await status(ask(packetTypes.close, string(handle)))).toBe(ok);
  expect(await readFile(join(root, 'sub/new'), 'utf8')).toBe('written');

  const again = (await open('/sub/new', READ)).fields.bytes();
  const read = await ask(packetTypes.read, string(again), zero, uint32(100));
  expect(read.fields.string()).toBe('written');
  const directory = (await ask(packetTypes.opendir, string('/sub'))).fields.bytes();
  const names = await ask(packetTypes.readdir, string(directory));
  expect(names.fields.uint32()).toBe(4);
  expect(await status(ask(packetTypes.readdir, string(directory)))).toBe(endOfFile);
  expect(await status(ask(packetTypes.remove, string('/sub/new')))).toBe(ok);
  expect(await status(ask(packetTypes.lstat, string('/sub/new')))).toBe(noSuchFile);
});

test.skipIf(noLinks).each([
  ['..', '../outside/secret'],
  ['.. later on', '/sub/../../outside/secret'],
  ['a link on the way', '/out/secret'],
  ['a link at the end', '/leak'],
  ['a NUL', '/sub/file\0/../../../outside/secret'],
])('%s leads nowhere', async (_, path) => {
  for (const flags of [READ, WRITE_NEW])
    expect(await status(open(path, flags))).toBe(permissionDenied);
  for (const type of [packetTypes.stat, packetTypes.opendir]) {
    expect(await status(ask(type, string(path)))).toBe(permissionDenied);
  }
  expect(await status(ask(packetTypes.setstat, string(path), uint32(4), uint32(0o777)))).toBe(
    permissionDenied,
  );
  expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('secret');
});

test.skipIf(noLinks).each(['/../outside/secret', '/out/secret'])(
  '%s is not changed, moved or made',
  async (path) => {
    const calls = [
      ask(packetTypes.remove, string(path)),
      ask(packetTypes.mkdir, string(`${path}-new`), noAttributes),
      ask(packetTypes.rename, string(path), string('/stolen')),
      ask(packetTypes.rename, string('/sub/file'), string(`${path}-moved`)),
      ask(packetTypes.symlink, string('x'), string(`${path}-link`)),
      ask(packetTypes.readlink, string(path)),
      extended('posix-rename@openssh.com', '/sub/file', path),
      extended('hardlink@openssh.com', path, '/stolen'),
      extended('hardlink@openssh.com', '/sub/file', `${path}-hard`),
    ];
    for (const call of calls) expect(await status(call)).toBe(permissionDenied);
    expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('secret');
    expect(await readFile(join(root, 'sub/file'), 'utf8')).toBe('inside');
  },
);

test.skipIf(noLinks)(
  'an absolute path starts at the share, and a link is reported unchanged and never followed',
  async () => {
    expect(await status(open(join(outside, 'secret'), READ))).toBe(noSuchFile);
    expect(await status(ask(packetTypes.symlink, string('/etc/passwd'), string('/sub/made')))).toBe(
      ok,
    );
    expect(await readlink(join(root, 'sub/made'))).toBe('/etc/passwd');
    expect(await status(open('/sub/made', READ))).toBe(permissionDenied);
    expect(await status(extended('hardlink@openssh.com', '/leak', '/stolen'))).toBe(
      permissionDenied,
    );
    const link = await ask(packetTypes.readlink, string('/leak'));
    link.fields.uint32();
    expect(link.fields.string()).toBe(join(outside, 'secret'));
  },
);

test.skipIf(noLinks)(
  'a directory that turns into a link while others go through it leads nowhere',
  async () => {
    const other = connect(false);
    let reads = 0;
    for (let round = 0; round < 30; round++) {
      const swaps = [
        extended('posix-rename@openssh.com', '/sub', '/aside'),
        ask(packetTypes.symlink, string(outside), string('/sub')),
        ask(packetTypes.remove, string('/sub')),
        extended('posix-rename@openssh.com', '/aside', '/sub'),
      ];
      const looks = Array.from({ length: 8 }, () =>
        other(packetTypes.open, string('/sub/secret'), uint32(READ), noAttributes),
      );
      for (const { type, fields } of await Promise.all(looks)) {
        expect(type).toBe(packetTypes.status);
        expect([noSuchFile, permissionDenied]).toContain(fields.uint32());
        reads++;
      }
      for (const swap of swaps) expect(await status(swap)).toBe(ok);
    }
    expect(reads).toBe(240);
  },
);

test('a read-only share is not written to', async () => {
  ask = connect(true);
  const calls = [
    open('/sub/file', WRITE_NEW),
    ask(packetTypes.remove, string('/sub/file')),
    ask(packetTypes.mkdir, string('/new'), noAttributes),
    ask(packetTypes.setstat, string('/sub/file'), uint32(4), uint32(0)),
    ask(packetTypes.symlink, string('x'), string('/link')),
    extended('posix-rename@openssh.com', '/sub/file', '/moved'),
    extended('hardlink@openssh.com', '/sub/file', '/hard'),
  ];
  for (const call of calls) expect(await status(call)).toBe(permissionDenied);
  expect(await readFile(join(root, 'sub/file'), 'utf8')).toBe('inside');
});

test('nonsense is answered as such, and the share’s root is not taken away', async () => {
  expect(await status(ask(packetTypes.open, uint32(1_000_000)))).toBe(badMessage);
  expect(await status(ask(packetTypes.rmdir, string('/')))).toBe(permissionDenied);
  expect(await status(ask(packetTypes.remove, string('/')))).not.toBe(ok);
  expect(await status(ask(packetTypes.rename, string('/sub/file'), string('/sub')))).toBe(failure);
});

test.each(['a\\..\\..\\x', 'C:', 'file:stream', 'NUL', 'con.txt', 'dot.'])(
  'on Windows, "%s" is not a valid name',
  async (name) => {
    const folder = { root, withheld: [] };
    await expect(confinedPath(folder, `/${name}`, 'win32')).rejects.toThrow();
    expect(await confinedPath(folder, `/${name}`, 'linux')).toBe(join(root, name));
  },
);

const mode = async (path: string) => {
  const { type, fields } = await ask(packetTypes.lstat, string(path));
  expect(type).toBe(packetTypes.attrs);
  return (fields.attributes().permissions ?? 0) & 0o7777;
};

test.skipIf(onWindows('it keeps no modes'))(
  'on Windows, files and folders are executable, and a file can be made read-only',
  async () => {
    // What Node reports there.
    await chmod(join(root, 'sub/file'), 0o666);
    await chmod(join(root, 'sub'), 0o777);
    expect(await mode('/sub/file')).toBe(0o666);
    ask = connect(false, 'win32');
    expect(await mode('/sub/file')).toBe(0o777);
    expect(await mode('/sub')).toBe(0o777);
    await chmod(join(root, 'sub/file'), 0o444);
    expect(await mode('/sub/file')).toBe(0o555);
  },
);

test.skipIf(onWindows('it keeps no modes'))(
  'on Windows, a folder keeps its attributes when its permissions change',
  async () => {
    ask = connect(false, 'win32');
    await chmod(join(root, 'sub'), 0o755);
    expect(await status(ask(packetTypes.setstat, string('/sub'), uint32(4), uint32(0o500)))).toBe(
      ok,
    );
    expect((await stat(join(root, 'sub'))).mode & 0o777).toBe(0o755);
    expect(
      await status(ask(packetTypes.setstat, string('/sub/file'), uint32(4), uint32(0o444))),
    ).toBe(ok);
    expect(await mode('/sub/file')).toBe(0o555);
  },
);

test('writes that a client sends without waiting arrive in order', async () => {
  const handle = (await open('/sub/file', WRITE_AT_END)).fields.bytes();
  const lines = Array.from({ length: 500 }, (_, index) => `line ${index}\n`);
  let at = 'inside'.length;
  const written = lines.map((line) => {
    const offset = Buffer.alloc(8);
    offset.writeBigUInt64BE(BigInt(at));
    at += line.length;
    return status(ask(packetTypes.write, string(handle), offset, string(line)));
  });
  expect(new Set(await Promise.all(written))).toEqual(new Set([ok]));
  expect(await status(ask(packetTypes.close, string(handle)))).toBe(ok);
  expect(await readFile(join(root, 'sub/file'), 'utf8')).toBe(`inside${lines.join('')}`);
});

test('on Windows, a file that is open for appending is written and truncated', async () => {
  ask = connect(false, 'win32');
  const handle = (await open('/sub/file', WRITE_AT_END)).fields.bytes();
  const end = Buffer.alloc(8);
  end.writeBigUInt64BE(6n);
  expect(await status(ask(packetTypes.write, string(handle), end, string(', more')))).toBe(ok);
  expect(await readFile(join(root, 'sub/file'), 'utf8')).toBe('inside, more');
  const empty = [uint32(1), Buffer.alloc(8)];
  expect(await status(ask(packetTypes.fsetstat, string(handle), ...empty))).toBe(ok);
  expect(await readFile(join(root, 'sub/file'), 'utf8')).toBe('');
  expect(await status(ask(packetTypes.close, string(handle)))).toBe(ok);
});

test('a path longer than 260 characters is shared', async () => {
  let path = '';
  for (let depth = 0; depth < 6; depth++) {
    path += `/${'x'.repeat(60)}`;
    expect(await status(ask(packetTypes.mkdir, string(path), noAttributes))).toBe(ok);
  }
  const handle = (await open(`${path}/file`, WRITE_NEW)).fields.bytes();
  expect(await status(ask(packetTypes.write, string(handle), Buffer.alloc(8), string('x')))).toBe(
    ok,
  );
  expect(await status(ask(packetTypes.close, string(handle)))).toBe(ok);
  expect(await readFile(join(root, path, 'file'), 'utf8')).toBe('x');
});

test('what is withheld is hidden, and can’t be opened, changed, moved or made', async () => {
  await mkdir(join(root, 'keys'));
  await writeFile(join(root, 'keys/id'), 'secret');
  await mkdir(join(root, 'config/browser'), { recursive: true });
  ask = connect(false, process.platform, ['keys', 'config/browser', 'later']);
  for (const path of ['/keys/id', '/keys', '/./keys//id', '/KEYS/id', '/config/browser/x']) {
    for (const flags of [READ, WRITE_NEW])
      expect(await status(open(path, flags))).toBe(permissionDenied);
    const calls = [
      ...[packetTypes.lstat, packetTypes.stat, packetTypes.opendir, packetTypes.readlink].map(
        (type) => ask(type, string(path)),
      ),
      ask(packetTypes.remove, string(path)),
      ask(packetTypes.rename, string(path), string('/stolen')),
      ask(packetTypes.setstat, string(path), uint32(4), uint32(0o777)),
      extended('posix-rename@openssh.com', path, '/stolen'),
      extended('hardlink@openssh.com', path, '/stolen'),
    ];
    for (const call of calls) expect(await status(call)).toBe(permissionDenied);
  }
  expect(await status(ask(packetTypes.mkdir, string('/later'), noAttributes))).toBe(
    permissionDenied,
  );
  // With another name, the browser's files would be open.
  expect(await status(ask(packetTypes.rename, string('/config'), string('/moved')))).toBe(
    permissionDenied,
  );
  expect(await readFile(join(root, 'keys/id'), 'utf8')).toBe('secret');
  const directory = (await ask(packetTypes.opendir, string('/'))).fields.bytes();
  const listed = await ask(packetTypes.readdir, string(directory));
  const names = Array.from({ length: listed.fields.uint32() }, () => {
    const name = listed.fields.string();
    listed.fields.string();
    listed.fields.attributes();
    return name;
  });
  expect(names).toEqual(expect.arrayContaining(['.', 'sub', 'config']));
  expect(names).not.toContain('keys');
});
