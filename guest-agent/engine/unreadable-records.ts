import type { Damage } from '../store/damage.ts';

/**
 * Objects that still exist although their records can't be read, by ID, with the warnings about
 * them.
 */
export class UnreadableRecords {
  readonly #damage: Damage;
  readonly #describe: (id: string) => string;
  readonly #ids = new Set<string>();

  /** `describe` names the object of an ID, as in "network 0123456789ab". */
  constructor(damage: Damage, describe: (id: string) => string) {
    this.#damage = damage;
    this.#describe = describe;
  }

  ids(): string[] {
    return [...this.#ids];
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /**
   * The only ID that begins with `prefix`. Undefined for none, for several, and for an empty
   * prefix.
   */
  find(prefix: string): string | undefined {
    const [found, second] = this.ids().filter((id) => id.startsWith(prefix));
    return prefix === '' || second !== undefined ? undefined : found;
  }

  /** `message` says what is lost, what Berth does about it and what the user can do. */
  note(id: string, message: string, cause?: unknown): void {
    this.#ids.add(id);
    this.#damage.tell(this.#describe(id), message, cause);
  }

  /** The object has a record again, or is removed. */
  settle(id: string): void {
    this.#ids.delete(id);
    this.#damage.settle(this.#describe(id));
  }
}
