/** A service that many people run, with everything that its image needs filled in. */
export interface Recipe {
  /** Also the container's name, and the beginning of its volume's name. */
  readonly id: string;
  readonly title: string;
  /** What the service is, in a few words. */
  readonly text: string;
  readonly image: string;
  /** Published ports: the same number on the host, unless it is in use. */
  readonly ports: readonly number[];
  /** The path of the service's data, which a volume keeps. */
  readonly data?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Variables that get a generated password. */
  readonly passwords?: readonly string[];
  readonly command?: string;
  /**
   * The address that clients connect to. `{NAME}` is the value of a variable, and `{80}` the host
   * port of a container port.
   */
  readonly address?: string;
}

/** An address with the values of a run in place. */
export const addressOf = (template: string, values: ReadonlyMap<string, string | number>): string =>
  template.replace(/\{(\w+)\}/g, (_, name: string) => `${values.get(name) ?? ''}`);

/** The name of the first container of a recipe, or the next one that is free: `redis-2`. */
export function freeName(id: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? id : `${id}-${number}`;
    if (!taken.has(name)) return name;
  }
}

/** Letters and digits alone: such a password needs no quotes in addresses and shells. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789';
const PASSWORD_LENGTH = 20;

/** A new password. The slight preference for some letters costs less than a bit. */
export function newPassword(): string {
  const numbers = crypto.getRandomValues(new Uint32Array(PASSWORD_LENGTH));
  return Array.from(numbers, (number) => LETTERS[number % LETTERS.length]).join('');
}
