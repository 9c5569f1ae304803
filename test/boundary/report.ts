/** What one probe found. */
export interface Finding {
  readonly name: string;
  /** What is wrong. Empty if all is well. */
  readonly wrong: readonly string[];
  /** What the documentation says about the probe. */
  readonly note?: string;
}

/** Probes of one kind of attacker. */
export interface ProbeGroup {
  readonly name: string;
  /** The words of the last line for this number of probes. */
  count(probes: number): string;
  /** `quick` leaves Docker's engine out. */
  run(options: { readonly quick: boolean }): Promise<readonly Finding[]>;
}

/** Wrong unless it is as it should be. */
export const check = (isRight: boolean, what: string): string[] => (isRight ? [] : [what]);
