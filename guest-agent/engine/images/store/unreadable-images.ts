import { familiarName, parseReference } from '../../../registry/reference.ts';
import type { Damage } from '../../../store/damage.ts';
import type { NameRecord } from './records.ts';

interface UnreadableImage {
  readonly cause: unknown;
  /** Only the image's names are left. */
  readonly isNameOnly: boolean;
  names: NameRecord[];
}

/** Images that can neither be read nor rebuilt, with their names. */
export class UnreadableImages {
  readonly #damage: Damage;
  readonly #images = new Map<string, UnreadableImage>();

  constructor(damage: Damage) {
    this.#damage = damage;
  }

  get isEmpty(): boolean {
    return this.#images.size === 0;
  }

  has(id: string): boolean {
    return this.#images.has(id);
  }

  ids(): string[] {
    return [...this.#images.keys()];
  }

  namesOf(id: string): readonly NameRecord[] {
    return this.#images.get(id)?.names ?? [];
  }

  note(id: string, cause: unknown, { isNameOnly = false } = {}): void {
    this.#images.set(id, { cause, isNameOnly, names: [] });
  }

  addName(record: NameRecord): void {
    this.#images.get(record.image)?.names.push(record);
  }

  /** Another image has taken the name, or nothing has it. */
  dropName(name: string): void {
    for (const [id, image] of this.#images) {
      image.names = image.names.filter((record) => record.name !== name);
      if (image.isNameOnly && image.names.length === 0) this.settle(id);
    }
  }

  /** The image can be read again, or is removed. */
  settle(id: string): void {
    this.#images.delete(id);
    this.#damage.settle(describeImage(id));
  }

  /** Reports the images. Call this once all names are known. */
  tell(): void {
    for (const [id, { cause, names }] of this.#images) {
      const [first] = names;
      const name = first ? ` (${familiarName(parseReference(first.name))})` : '';
      this.#damage.tell(
        describeImage(id),
        `Berth can't read ${describeImage(id)}${name}. Pull or build the image again, or remove it with: berth rmi ${shortId(id)}. Until then Berth keeps all image layers, used or not.`,
        cause,
      );
    }
  }
}

const shortId = (id: string) => id.slice('sha256:'.length).slice(0, 12);
export const describeImage = (id: string) => `image ${shortId(id)}`;
