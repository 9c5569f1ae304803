import { InvalidArgumentError } from 'commander';

export function parseInteger(text: string): number {
  if (!/^-?\d+$/.test(text)) throw new InvalidArgumentError(`"${text}" is not a whole number`);
  return Number(text);
}

/** Parses `--cpus 1.5` as billionths of a CPU. */
export function parseCpus(text: string): number {
  const cpus = Number(text);
  if (text.trim() === '' || !Number.isFinite(cpus) || cpus < 0) {
    throw new InvalidArgumentError(`"${text}" is not a number of CPUs, as in 1.5`);
  }
  return Math.round(cpus * 1e9);
}
