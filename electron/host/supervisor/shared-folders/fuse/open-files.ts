import { type BigIntStats, closeSync, constants, fstatSync, openSync } from 'node:fs';
import { codeOf } from '../../../base/system-error.ts';
import type { AttributesOf } from './attributes-of.ts';
import { type Boundary, Refused } from './boundary.ts';
import { NO_SURPRISES } from './open-flags.ts';

/** Files that stay open between requests. */
const MOST_OPEN = 256;
/** Removed files that programs in the guest may still have open. */
const MOST_NAMELESS = 1024;

interface Open {
  readonly fd: number;
  readonly path: string;
  readonly canWrite: boolean;
}

/**
 * Open files of a share. The guest doesn't say when it opens and closes a file, so files are opened at their
 * first use, and the ones that haven't been used for long are closed.
 */
export class OpenFiles {
  readonly #boundary: Boundary;
  readonly #attributesOf: AttributesOf;
  /** By inode, the last used last. */
  readonly #open = new Map<bigint, Open>();
  readonly #nameless = new Map<bigint, Open>();

  constructor(boundary: Boundary, attributesOf: AttributesOf) {
    this.#boundary = boundary;
    this.#attributesOf = attributesOf;
  }

  /**
   * The descriptor of a file, valid until the next call. Throws Refused ESTALE if another file has the path
   * now, and the system's errors.
   */
  descriptor(path: string, ino: bigint, { writes = false, isNameless = false } = {}): number {
    const nameless = this.#nameless.get(ino);
    if (isNameless || nameless) return this.#usable(nameless, path, writes).fd;
    const known = this.#open.get(ino);
    if (known?.path === path && (known.canWrite || !writes)) {
      this.#open.delete(ino);
      this.#open.set(ino, known);
      return known.fd;
    }
    this.#close(ino);
    const open = this.#openFile(path, writes);
    if (this.#inoOf(open.fd) !== ino) {
      closeSync(open.fd);
      throw new Refused('ESTALE', path);
    }
    this.#add(ino, open);
    return open.fd;
  }

  /** What a file is that has lost its name, or of which the name is another's. Throws like `descriptor`. */
  look(path: string, ino: bigint): BigIntStats {
    const open = this.#nameless.get(ino) ?? this.#open.get(ino);
    return fstatSync(this.#usable(open, path, false).fd, { bigint: true });
  }

  /** Keeps a file that was just created. Returns its metadata. */
  keep(path: string, fd: number): BigIntStats {
    const file = fstatSync(fd, { bigint: true });
    const { ino } = this.#attributesOf(file);
    this.#close(ino);
    this.#add(ino, { fd, path, canWrite: true });
    return file;
  }

  /**
   * Call this before a file loses its last name, or another file takes its name. A program in the guest that
   * has opened the file can use it until `forget`.
   */
  pin(path: string): void {
    let open: Open;
    try {
      open = this.#openFile(path, true);
    } catch (error) {
      // A link, a socket, or a file that nobody could read.
      if (error instanceof Refused || codeOf(error) !== undefined) return;
      throw error;
    }
    const ino = this.#inoOf(open.fd);
    this.#close(ino);
    const same = this.#nameless.get(ino);
    if (same) closeSync(same.fd);
    this.#nameless.set(ino, open);
    const [oldest = ino] = this.#nameless.keys();
    if (this.#nameless.size > MOST_NAMELESS) this.forget(oldest);
  }

  /** Nobody in the guest uses the removed file any more. */
  forget(ino: bigint): void {
    const open = this.#nameless.get(ino);
    if (!open) return;
    this.#nameless.delete(ino);
    closeSync(open.fd);
  }

  closeAll(): void {
    for (const { fd } of [...this.#open.values(), ...this.#nameless.values()]) closeSync(fd);
    this.#open.clear();
    this.#nameless.clear();
  }

  #usable(open: Open | undefined, path: string, writes: boolean): Open {
    if (!open) throw new Refused('ESTALE', path);
    if (writes && !open.canWrite) throw new Refused('EACCES', path);
    return open;
  }

  #openFile(path: string, writes: boolean): Open {
    const place = this.#boundary.place(path);
    const open = (flags: number) => openSync(place, flags | NO_SURPRISES);
    let canWrite = true;
    let fd: number;
    try {
      // A program that reads a file often writes it next.
      fd = open(constants.O_RDWR);
    } catch (error) {
      if (!writes && ['EACCES', 'EPERM', 'EROFS', 'ETXTBSY'].includes(codeOf(error) ?? '')) {
        canWrite = false;
        fd = open(constants.O_RDONLY);
      } else throw error;
    }
    if (fstatSync(fd).isFile()) return { fd, path, canWrite };
    closeSync(fd);
    throw new Refused('EINVAL', path);
  }

  #inoOf(fd: number): bigint {
    return this.#attributesOf(fstatSync(fd, { bigint: true })).ino;
  }

  #add(ino: bigint, open: Open): void {
    this.#open.set(ino, open);
    if (this.#open.size <= MOST_OPEN) return;
    const [oldest = ino] = this.#open.keys();
    this.#close(oldest);
  }

  #close(ino: bigint): void {
    const open = this.#open.get(ino);
    if (!open) return;
    this.#open.delete(ino);
    closeSync(open.fd);
  }
}
