import { InvalidArgumentError } from 'commander';
import { parseCpus } from '../../../guest-agent/grammar/cpus.ts';
import { GrammarError } from '../../../guest-agent/grammar/grammar-error.ts';
import { parseSize, parseSizeOrUnlimited } from '../../../guest-agent/grammar/size.ts';

/* The grammar's parsers for commander, which adds the flag's name to their errors. */

const argument =
  <Value>(parse: (text: string) => Value) =>
  (text: string): Value => {
    try {
      return parse(text);
    } catch (error) {
      throw error instanceof GrammarError ? new InvalidArgumentError(error.message) : error;
    }
  };

export const bytes = argument(parseSize);
export const bytesOrUnlimited = argument(parseSizeOrUnlimited);
export const cpus = argument(parseCpus);
