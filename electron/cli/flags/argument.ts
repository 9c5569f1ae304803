import { InvalidArgumentError } from 'commander';
import { parseCpus } from '../../../guest-agent/grammar/cpus.ts';
import { GrammarError } from '../../../guest-agent/grammar/grammar-error.ts';
import { parseSize, parseSizeOrUnlimited } from '../../../guest-agent/grammar/size.ts';

/* The grammar's parsers as commander wants them: it names the flag of an argument that is refused. */

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
