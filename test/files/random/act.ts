import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimes } from '../system/system-calls.ts';
import type { Operation, Outcome, ViewEntry } from './operation.ts';

/** Digest of a file's text. */
export const digestOf = (text: string | Buffer): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 16);

/** Performs operations in a real folder. */
export class Actor {
  readonly #root: string;
  readonly #handles = new Map<number, number>();

  constructor(root: string) {
    this.#root = root;
    process.umask(0o022);
  }

  perform(operation: Operation): Outcome {
    try {
      return this.#perform(operation) ?? 'ok';
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      return code;
    }
  }

  #perform(operation: Operation): string | undefined {
    const at = (path: string) => join(this.#root, path);
    switch (operation.kind) {
      case 'write':
        writeFileSync(at(operation.path), operation.text);
        break;
      case 'append':
        appendFileSync(at(operation.path), operation.text);
        break;
      case 'patch': {
        const fd = openSync(at(operation.path), 'r+');
        writeSync(fd, operation.text, operation.offset);
        closeSync(fd);
        break;
      }
      case 'truncate':
        truncateSync(at(operation.path), operation.size);
        break;
      case 'unlink':
        unlinkSync(at(operation.path));
        break;
      case 'mkdir':
        mkdirSync(at(operation.path));
        break;
      case 'rmdir':
        rmdirSync(at(operation.path));
        break;
      case 'rename':
        renameSync(at(operation.path), at(operation.to));
        break;
      case 'link':
        linkSync(at(operation.path), at(operation.to));
        break;
      case 'symlink':
        symlinkSync(operation.target, at(operation.path));
        break;
      case 'chmod':
        chmodSync(at(operation.path), operation.mode);
        break;
      case 'times': {
        const time = BigInt(operation.nanoseconds);
        setTimes(at(operation.path), time, time);
        break;
      }
      case 'open':
        this.#handles.set(operation.handle, openSync(at(operation.path), 'r+'));
        break;
      case 'patch-open':
        writeSync(this.#handles.get(operation.handle) ?? -1, operation.text, operation.offset);
        break;
      case 'close':
        closeSync(this.#handles.get(operation.handle) ?? -1);
        this.#handles.delete(operation.handle);
        break;
      case 'read':
        return digestOf(readFileSync(at(operation.path)));
      case 'list':
        return readdirSync(at(operation.path)).toSorted().join('/');
    }
    return undefined;
  }

  view(path = ''): ViewEntry[] {
    return readdirSync(join(this.#root, path))
      .toSorted()
      .flatMap((name) => {
        const below = path === '' ? name : `${path}/${name}`;
        const entry = viewOf(join(this.#root, below), below);
        return entry.type === 'directory' ? [entry, ...this.view(below)] : [entry];
      });
  }
}

function viewOf(file: string, path: string): ViewEntry {
  const stat = lstatSync(file, { bigint: true });
  const common = {
    path,
    mode: (stat.mode & 0o7777n).toString(8),
    links: Number(stat.nlink),
    changed: `${stat.mtimeNs}`,
  };
  if (stat.isDirectory()) {
    // File systems differ in what they count for directories.
    return { ...common, type: 'directory', links: 0, content: '', size: 0 };
  }
  const size = Number(stat.size);
  if (stat.isSymbolicLink()) {
    return { ...common, type: 'link', mode: '', content: readlinkSync(file), size };
  }
  return { ...common, type: 'file', content: digestOf(readFileSync(file)), size };
}
