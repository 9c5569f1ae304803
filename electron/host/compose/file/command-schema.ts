import * as z from 'zod';
import { splitWords } from '../../../../guest-agent/grammar/shell-words.ts';
import { text } from './units.ts';

/** A command as words: a list, or a line that is split as a shell splits it. */
export const command = z
  .union([z.string(), z.array(text)])
  .nullable()
  .transform((value, context) => {
    const words = typeof value === 'string' ? splitWords(value) : value;
    if (words !== undefined) return words;
    context.addIssue({ code: 'custom', message: `the command has an unclosed quote` });
    return z.NEVER;
  });
