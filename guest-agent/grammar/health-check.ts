import type { HealthConfig } from './engine-types.ts';
import { quoteWords } from './shell-words.ts';

export const NO_HEALTH_CHECK: HealthConfig = { Test: ['NONE'] };

/** A shell command line, in the engine's form. */
export const shellTest = (line: string): string[] => ['CMD-SHELL', line];

/** The value of `--health-cmd`; undefined if the container has no check of its own. */
export function healthCommand({ Test = [] }: HealthConfig): string | undefined {
  const [kind, ...words] = Test;
  if (kind === 'CMD-SHELL') return words[0];
  return kind === 'CMD' ? quoteWords(words) : undefined;
}

export const isNoHealthCheck = ({ Test }: HealthConfig): boolean => Test?.[0] === 'NONE';
