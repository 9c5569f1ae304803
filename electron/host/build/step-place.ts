/** Where a step is in its Dockerfile. */
export interface StepPlace {
  /** Empty for the only stage. */
  readonly stage: string;
  /** Counts from 1 within the stage. */
  readonly number: number;
  readonly instruction: string;
}

/** Reads `[base 2/5] RUN make`. Undefined for the build's own steps, such as `[internal] …`. */
export function stepPlace(name: string): StepPlace | undefined {
  const [, stage = '', number, instruction = ''] =
    /^\[(?:(.+) )?(\d+)\/\d+\] (.*)$/s.exec(name) ?? [];
  return number === undefined ? undefined : { stage, number: Number(number), instruction };
}
