/** Round steps of a decade. */
const STEPS = [1, 2, 2.5, 5, 10];

/** At most this many steps from zero to the top of a chart. */
const COUNT = 4;

/** The marks of a value axis: round values from zero up to the first that is at least `value`. */
export function valueSteps(value: number): readonly number[] {
  const least = value / COUNT;
  const decade = 10 ** Math.floor(Math.log10(least));
  // 3 × 0.1 isn't 0.3.
  const round = (number: number) => Number(number.toPrecision(12));
  const step = decade * (STEPS.find((factor) => round(factor * decade) >= round(least)) ?? 10);
  const count = Math.ceil(round(value / step));
  return Array.from({ length: count + 1 }, (_, index) => round(index * step));
}
