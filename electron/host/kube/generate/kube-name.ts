const LONGEST = 63;
/** StatefulSets and Jobs add to the names of their pods. */
const LONGEST_WORKLOAD = 52;

/**
 * A name for an object: small letters, digits and dashes, with a letter first. Kubernetes also uses
 * it as a host name.
 */
export function kubeName(text: string, longest: number = LONGEST_WORKLOAD): string {
  const plain = text
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+/, '');
  const named = /^[a-z]/.test(plain) ? plain : `x-${plain}`;
  return named.slice(0, longest).replace(/-+$/, '');
}

export function isKubeName(text: string): boolean {
  return text.length <= LONGEST && /^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(text);
}

/** Gives out names, with a number if the same one is asked for again for something else. */
export class Names {
  readonly #taken = new Map<string, string>();

  /** The name for a thing. The same thing always gets the same name. */
  nameFor(thing: string, wanted: string): string {
    const base = kubeName(wanted);
    for (let number = 1; ; number++) {
      const name = number === 1 ? base : `${base.slice(0, LONGEST_WORKLOAD - 4)}-${number}`;
      const owner = this.#taken.get(name);
      if (owner !== undefined && owner !== thing) continue;
      this.#taken.set(name, thing);
      return name;
    }
  }
}

/** Whether the text may be the key of an annotation: `[PREFIX/]NAME`. */
export function isAnnotationKey(text: string): boolean {
  const name = '([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)';
  const prefix = '([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)';
  return new RegExp(`^${prefix}?${name}$`).test(text);
}
