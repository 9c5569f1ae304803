/** Random choices that are the same for the same seed (Mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 to below 1. */
  number(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `low` to `high`. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.number() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.number() < probability;
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.integer(0, choices.length - 1)] ?? choices[0];
  }

  /** Undefined if there are no choices. */
  pickFrom<T>(choices: readonly T[]): T | undefined {
    return choices[this.integer(0, choices.length - 1)];
  }

  /** A choice whose probability is proportional to its weight. */
  weighted<T>(choices: readonly [readonly [number, T], ...(readonly [number, T])[]]): T {
    const total = choices.reduce((sum, [weight]) => sum + weight, 0);
    let left = this.number() * total;
    for (const [weight, choice] of choices) {
      left -= weight;
      if (left < 0) return choice;
    }
    return choices[0][1];
  }

  /** Each choice with the given probability, in order. */
  some<T>(choices: readonly T[], probability: number): T[] {
    return choices.filter(() => this.chance(probability));
  }

  /** As many results as `low` to `high`. */
  times<T>(low: number, high: number, make: (index: number) => T): T[] {
    return Array.from({ length: this.integer(low, high) }, (_, index) => make(index));
  }
}
