import type { FileHandle } from 'node:fs/promises';
import { loggerOf } from '../../../base/log.ts';
import { takeTurns } from '../../../base/take-turns.ts';
import { Refused } from './confined-path.ts';

const log = loggerOf('folders');

/** A client's open file, or the remaining entries of an open directory. */
export type OpenHandle =
  | { readonly kind: 'file'; readonly file: FileHandle }
  | { readonly kind: 'directory'; readonly path: string; names: string[] };

const MAX_HANDLES = 10_000;

/** The handles of one client, by name. */
export class OpenHandles {
  readonly #open = new Map<string, OpenHandle>();
  readonly #turns = new Map<string, ReturnType<typeof takeTurns>>();
  #next = 0;

  get full(): boolean {
    return this.#open.size >= MAX_HANDLES;
  }

  add(handle: OpenHandle): string {
    const name = String(this.#next++);
    this.#open.set(name, handle);
    return name;
  }

  file(name: string): FileHandle {
    const handle = this.#open.get(name);
    if (handle?.kind !== 'file') throw new Refused(`no open file ${name}`);
    return handle.file;
  }

  /**
   * Writes to a file one at a time, in the order of the calls: a client that appends sends its next
   * write before the last one has ended.
   */
  async writeInTurn(name: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
    const file = this.file(name);
    const inTurn = this.#turns.get(name) ?? takeTurns();
    this.#turns.set(name, inTurn);
    await inTurn(() => write(file));
  }

  directory(name: string): Extract<OpenHandle, { kind: 'directory' }> {
    const handle = this.#open.get(name);
    if (handle?.kind !== 'directory') throw new Refused(`no open directory ${name}`);
    return handle;
  }

  async close(name: string): Promise<void> {
    const handle = this.#open.get(name);
    if (!handle) throw new Refused(`no open handle ${name}`);
    this.#open.delete(name);
    this.#turns.delete(name);
    if (handle.kind === 'file') await handle.file.close();
  }

  async closeAll(): Promise<void> {
    const closed = [...this.#open.keys()].map((name) => this.close(name));
    await Promise.all(closed.map((each) => log.attempt('Closing a file', each)));
  }
}
