import { GrammarError } from './grammar-error.ts';

const NANO = 1e9;

/** Converts `--cpus 1.5` to the engine's unit, billionths of a CPU. */
export function parseCpus(text: string): number {
  const cpus = Number(text);
  if (text.trim() === '' || !Number.isFinite(cpus) || cpus < 0) {
    throw new GrammarError(`"${text}" is not a valid number of CPUs. Use a value such as 1.5.`);
  }
  return nanoCpus(cpus);
}

export const nanoCpus = (cpus: number): number => Math.round(cpus * NANO);

export const formatCpus = (billionths: number): string => String(billionths / NANO);
