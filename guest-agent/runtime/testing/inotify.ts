import { closeSync } from 'node:fs';
import koffi from 'koffi';
import { readInto } from '../files/descriptor-calls.ts';

const libc = koffi.load('libc.so.6');
const inotifyInit = libc.func('int inotify_init1(int flags)');
const inotifyAddWatch = libc.func('int inotify_add_watch(int fd, const char *path, uint32_t mask)');

const IN_NONBLOCK = 0o4000;
const EVENT_BYTES = 16;
const IS_FOLDER = 0x40000000;

/** Without OPEN, ACCESS and CLOSE_NOWRITE, which every look at a file raises. */
const events = {
  MODIFY: 0x2,
  ATTRIB: 0x4,
  CLOSE_WRITE: 0x8,
  MOVED_FROM: 0x40,
  MOVED_TO: 0x80,
  CREATE: 0x100,
  DELETE: 0x200,
  DELETE_SELF: 0x400,
  MOVE_SELF: 0x800,
} as const;

/** What Linux tells programs about a folder: `CREATE name`, `CREATE,ISDIR name`, and so on. */
export class InotifyWatch {
  readonly #fd: number;
  readonly #found: { readonly text: string; readonly cookie: number }[] = [];

  private constructor(fd: number) {
    this.#fd = fd;
  }

  /** Doesn't block: the path may be in a mount that this process serves. */
  static async open(path: string): Promise<InotifyWatch> {
    const fd: number = inotifyInit(IN_NONBLOCK);
    const mask = Object.values(events).reduce((all, each) => all | each, 0);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    inotifyAddWatch.async(fd, path, mask, (error: unknown, watch: number) => {
      if (error || watch < 0)
        reject(error ?? new Error(`inotify_add_watch: errno ${koffi.errno()}`));
      else resolve();
    });
    await promise;
    return new InotifyWatch(fd);
  }

  /** All events so far. */
  get events(): string[] {
    this.#read();
    return this.#found.map(({ text }) => text);
  }

  /** The numbers that join the two halves of renames. */
  get cookies(): number[] {
    this.#read();
    return this.#found.map(({ cookie }) => cookie).filter((cookie) => cookie !== 0);
  }

  close(): void {
    closeSync(this.#fd);
  }

  #read(): void {
    const buffer = Buffer.alloc(64 * 1024);
    for (
      let read = readInto(this.#fd, buffer);
      typeof read === 'number';
      read = readInto(this.#fd, buffer)
    ) {
      for (let at = 0; at < read; ) {
        const mask = buffer.readUInt32LE(at + 4);
        const length = buffer.readUInt32LE(at + 12);
        const end = at + EVENT_BYTES + length;
        const name = buffer.toString('utf8', at + EVENT_BYTES, end).replace(/\0.*$/s, '');
        const kinds = Object.entries(events).filter(([, bit]) => mask & bit);
        const words = [...kinds.map(([kind]) => kind), ...(mask & IS_FOLDER ? ['ISDIR'] : [])];
        if (kinds.length > 0) {
          this.#found.push({
            text: `${words.join(',')} ${name}`.trim(),
            cookie: buffer.readUInt32LE(at + 8),
          });
        }
        at = end;
      }
    }
  }
}
