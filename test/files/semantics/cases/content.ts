import { deepEqual, equal, ok } from 'node:assert/strict';
import {
  closeSync,
  constants,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  readvSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
  writevSync,
} from 'node:fs';
import {
  allocate,
  copyRange,
  FALLOC_KEEP_SIZE,
  FALLOC_PUNCH_HOLE,
  FALLOC_ZERO_RANGE,
  Mapping,
  SEEK_DATA,
  SEEK_HOLE,
  SEEK_SET,
  seek,
  sendFile,
} from '../../system/system-calls.ts';
import { type Cases, codeOf, refused } from '../case.ts';

const MiB = 1024 * 1024;

/** Opens a file for the time of `use`. */
function withOpen<T>(path: string, flags: string | number, use: (fd: number) => T): T {
  const fd = openSync(path, flags);
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}

const pattern = (length: number, salt = 0): Buffer =>
  Buffer.from(Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8) + salt) & 255));

function read(fd: number, length: number, at: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(fd, bytes, 0, length, at));
}

/** Reading, writing, holes and sizes. */
export const contentCases: Cases = {
  'reading at and after the end gives nothing': ({ file }) => {
    withOpen(file('a', '1234'), 'r', (fd) => {
      equal(read(fd, 10, 4).length, 0);
      equal(read(fd, 10, 1000).length, 0);
      equal(read(fd, 10, 2).toString(), '34');
    });
  },
  'a write after the end leaves zeros between': ({ file }) => {
    const path = file('a', 'ab');
    withOpen(path, 'r+', (fd) => writeSync(fd, 'z', 10_000));
    const content = readFileSync(path);
    equal(content.length, 10_001);
    ok(content.subarray(2, 10_000).every((byte) => byte === 0));
  },
  'truncate shortens, and zeros come where it grows again': ({ file }) => {
    const path = file('a', pattern(9_000));
    truncateSync(path, 100);
    truncateSync(path, 9_000);
    const content = readFileSync(path);
    deepEqual(content.subarray(0, 100), pattern(9_000).subarray(0, 100));
    ok(content.subarray(100).every((byte) => byte === 0));
  },
  'truncate of an open file shows at once through others': ({ file }) => {
    const path = file('a', '12345678');
    withOpen(path, 'r+', (fd) => {
      truncateSync(path, 3);
      equal(fstatSync(fd).size, 3);
      equal(read(fd, 10, 0).toString(), '123');
      ftruncateSync(fd, 5);
      equal(statSync(path).size, 5);
    });
  },
  'truncate refuses directories and negative sizes': ({ at, file }) => {
    mkdirSync(at('d'));
    refused('EISDIR', () => truncateSync(at('d'), 0));
    refused('ENOENT', () => truncateSync(at('none'), 0));
    withOpen(file('a'), 'r+', (fd) => refused('EINVAL', () => seek(fd, -1, SEEK_SET)));
  },
  'writes of every size at odd offsets are read back': ({ at }) => {
    const expected = Buffer.alloc(300_000);
    withOpen(at('a'), 'w+', (fd) => {
      ftruncateSync(fd, expected.length);
      for (const [index, length] of [1, 511, 512, 4095, 4096, 4097, 65_537, 131_072].entries()) {
        const offset = (index * 37_123) % 150_000;
        const bytes = pattern(length, index);
        writeSync(fd, bytes, 0, length, offset);
        bytes.copy(expected, offset);
      }
      deepEqual(read(fd, expected.length, 0), expected);
    });
    deepEqual(readFileSync(at('a')), expected);
  },
  'what is written is seen through another open file at once': ({ file }) => {
    const path = file('a', '');
    withOpen(path, 'r+', (writing) =>
      withOpen(path, 'r', (reading) => {
        for (let round = 0; round < 100; round++) {
          writeSync(writing, `${round},`);
          const end = fstatSync(reading).size;
          equal(read(reading, end, 0).toString().split(',').at(-2), `${round}`);
        }
      }),
    );
  },
  'what another process writes is seen at once by another open file': async (place) => {
    const path = place.file('a', 'start');
    const other = await place.peer();
    const theirs = await other.call('open', path, constants.O_RDWR | constants.O_APPEND);
    const fd = openSync(path, 'r');
    for (let round = 0; round < 20; round++) {
      await other.call('write', theirs, `${round}.`);
      const { size } = fstatSync(fd);
      ok(read(fd, size, 0).toString().endsWith(`${round}.`));
    }
    closeSync(fd);
  },
  'vectors are read and written in order': ({ at }) => {
    withOpen(at('a'), 'w+', (fd) => {
      writevSync(fd, [Buffer.from('one'), Buffer.from('two'), Buffer.from('three')], 0);
      const parts = [Buffer.alloc(4), Buffer.alloc(7)];
      equal(readvSync(fd, parts, 0), 11);
      equal(Buffer.concat(parts).toString(), 'onetwothree');
    });
  },
  'a sparse file has a hole': ({ at }) => {
    withOpen(at('a'), 'w+', (fd) => {
      writeSync(fd, 'end', 64 * MiB);
      equal(fstatSync(fd).size, 64 * MiB + 3);
      ok(fstatSync(fd).blocks * 512 < 8 * MiB, 'the hole takes space');
    });
  },
  'SEEK_DATA and SEEK_HOLE find data and holes': ({ at }) => {
    withOpen(at('a'), 'w+', (fd) => {
      writeSync(fd, pattern(MiB), 0, MiB, 4 * MiB);
      ftruncateSync(fd, 8 * MiB);
      fsyncSync(fd);
      equal(seek(fd, 0, SEEK_HOLE), 0);
      equal(seek(fd, 0, SEEK_DATA), 4 * MiB);
      equal(seek(fd, 4 * MiB, SEEK_HOLE), 5 * MiB);
      refused('ENXIO', () => seek(fd, 6 * MiB, SEEK_DATA));
    });
  },
  'a file is larger than 5 GB': ({ at }) => {
    const far = 5 * 1024 * MiB;
    withOpen(at('a'), 'w+', (fd) => {
      writeSync(fd, 'far', far);
      equal(read(fd, 10, far).toString(), 'far');
      equal(statSync(at('a')).size, far + 3);
      ftruncateSync(fd, 10);
    });
    equal(statSync(at('a')).size, 10);
  },
  'fallocate reserves space, and grows the file unless it keeps its size': ({ at }) => {
    withOpen(at('a'), 'w+', (fd) => {
      allocate(fd, FALLOC_KEEP_SIZE, 0, MiB);
      equal(fstatSync(fd).size, 0);
      allocate(fd, 0, 0, MiB);
      equal(fstatSync(fd).size, MiB);
      ok(read(fd, 4096, MiB - 4096).every((byte) => byte === 0));
    });
  },
  'fallocate punches a hole': ({ file }) => {
    withOpen(file('a', Buffer.alloc(MiB, 'x')), 'r+', (fd) => {
      allocate(fd, FALLOC_PUNCH_HOLE | FALLOC_KEEP_SIZE, 65_536, 65_536);
      equal(fstatSync(fd).size, MiB);
      equal(read(fd, 1, 65_535).toString(), 'x');
      ok(read(fd, 65_536, 65_536).every((byte) => byte === 0));
      equal(read(fd, 1, 131_072).toString(), 'x');
    });
  },
  'fallocate writes zeros, where the file system can': ({ file }) => {
    withOpen(file('a', Buffer.alloc(20_000, 'x')), 'r+', (fd) => {
      const code = codeOf(() => allocate(fd, FALLOC_ZERO_RANGE, 5_000, 10_000));
      // tmpfs can't.
      if (['EOPNOTSUPP', 'ENOTSUP'].includes(code)) return;
      equal(code, 'succeeded');
      ok(read(fd, 10_000, 5_000).every((byte) => byte === 0));
      equal(read(fd, 1, 15_000).toString(), 'x');
    });
  },
  'copy_file_range copies between files': ({ at, file }) => {
    const from = file('from', pattern(200_000));
    withOpen(from, 'r', (source) =>
      withOpen(at('to'), 'w+', (target) => {
        let copied = 0;
        while (copied < 150_000) {
          copied += copyRange([source, 1_000 + copied], [target, 500 + copied], 150_000 - copied);
        }
      }),
    );
    deepEqual(readFileSync(at('to')).subarray(500), pattern(200_000).subarray(1_000, 151_000));
  },
  'copy_file_range copies within a file': ({ file }) => {
    const path = file('a', pattern(100_000));
    withOpen(path, 'r+', (fd) => equal(copyRange([fd, 0], [fd, 200_000], 4_096), 4_096));
    deepEqual(readFileSync(path).subarray(200_000), pattern(4_096));
  },
  'sendfile copies a file': ({ at, file }) => {
    const from = file('from', pattern(300_000));
    withOpen(from, 'r', (source) =>
      withOpen(at('to'), 'w', (target) => {
        let sent = 0;
        while (sent < 300_000) sent += sendFile(target, source, 300_000 - sent);
      }),
    );
    deepEqual(readFileSync(at('to')), pattern(300_000));
  },
  'O_DIRECT writes and reads': ({ at }) => {
    const flags = constants.O_DIRECT | constants.O_RDWR | constants.O_CREAT;
    using memory = new Mapping(65_536);
    memory.write(pattern(65_536));
    withOpen(at('a'), flags, (fd) => {
      equal(memory.store(fd, 65_536, 0), 65_536);
      memory.write(Buffer.alloc(65_536));
      equal(memory.fill(fd, 65_536, 0), 65_536);
    });
    deepEqual(memory.read(0, 65_536), pattern(65_536));
    deepEqual(readFileSync(at('a')), pattern(65_536));
  },
  'O_DIRECT sees what was written without, and the reverse': ({ file }) => {
    const path = file('a', Buffer.alloc(8_192, 'a'));
    using memory = new Mapping(4_096);
    withOpen(path, constants.O_DIRECT | constants.O_RDWR, (direct) =>
      withOpen(path, 'r+', (fd) => {
        for (const letter of ['b', 'c', 'd']) {
          writeSync(fd, Buffer.alloc(4_096, letter), 0, 4_096, 0);
          memory.fill(direct, 4_096, 0);
          equal(memory.read(0, 1).toString(), letter);
          memory.write(Buffer.alloc(4_096, letter.toUpperCase()));
          memory.store(direct, 4_096, 0);
          equal(read(fd, 1, 4_095).toString(), letter.toUpperCase());
        }
      }),
    );
  },
  'fsync and fdatasync of files and directories succeed': ({ at, file, folder }) => {
    withOpen(file('a'), 'r+', (fd) => {
      writeSync(fd, 'synced');
      fsyncSync(fd);
      writeSync(fd, 'more');
      fdatasyncSync(fd);
    });
    withOpen(folder, 'r', (fd) => fsyncSync(fd));
    equal(readFileSync(at('a'), 'utf8'), 'syncedmore');
  },
  'a file of 20 MB is read back': ({ at }) => {
    const content = pattern(20 * MiB);
    writeFileSync(at('a'), content);
    ok(readFileSync(at('a')).equals(content));
  },
  '2,000 small appends are all there': ({ at }) => {
    withOpen(at('a'), 'a', (fd) => {
      for (let index = 0; index < 2_000; index++) writeSync(fd, `${index}\n`);
    });
    const lines = readFileSync(at('a'), 'utf8').trim().split('\n');
    deepEqual(
      lines,
      Array.from({ length: 2_000 }, (_, index) => `${index}`),
    );
  },
};
