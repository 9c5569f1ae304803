import { HostError } from '../../electron/host/base/errors.ts';
import { EngineError } from '../../guest-agent/errors.ts';
import { GrammarError } from '../../guest-agent/grammar/grammar-error.ts';
import type { Random } from '../fixtures/random.ts';

/** Code that reads what strangers send, ready to be tried. */
export interface Target {
  /** Real inputs, from which others are made. */
  readonly seeds: readonly (string | Buffer)[];
  /** Makes an input from the grammar of the format. */
  readonly generate?: (random: Random) => string | Buffer;
  /** Words of the format. */
  readonly words?: readonly string[];
  /** The longest input that the code can get. */
  readonly maxBytes?: number;
  /** Whether inputs are JSON, so that values inside of them can be changed too. */
  readonly isJson?: boolean;
  /** Reads an input. Throws, among others, `Mismatch`. */
  readonly read: (input: Buffer) => unknown;
  /** Errors that the code documents, besides those of `isTyped`. */
  readonly expects?: (error: unknown) => boolean;
}

/** Two readers of one input differ, or a result breaks a promise. */
export class Mismatch extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'Mismatch';
  }
}

/** Whether the error is one that the product documents, rather than a mistake of its code. */
export function isTyped(error: unknown): boolean {
  return (
    error instanceof EngineError || error instanceof HostError || error instanceof GrammarError
  );
}

/**
 * Runs several readers on one input, and returns their results. Throws the first typed error if none
 * accepts the input, and at once any other error.
 */
export function tryAll(
  reads: readonly (() => unknown)[],
  expects: (error: unknown) => boolean = () => false,
): unknown[] {
  const results: unknown[] = [];
  const refusals: unknown[] = [];
  for (const read of reads) {
    try {
      results.push(read());
    } catch (error) {
      if (!isTyped(error) && !expects(error)) throw error;
      refusals.push(error);
    }
  }
  if (results.length === 0) throw refusals[0];
  return results;
}
