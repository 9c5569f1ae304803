import { isPattern, namePattern } from '../../../guest-agent/build/copy/pattern.ts';
import { replacePattern, trimEnd, trimStart } from '../../../guest-agent/build/dockerfile/glob.ts';
import { PatternError } from '../../../guest-agent/contract/glob-token.ts';
import { type Target, tryAll } from '../target.ts';

const isPatternError = (error: unknown) => error instanceof PatternError;

/** Patterns of `COPY` and of variables: the first line is the pattern, the rest is the text. */
export const glob: Target = {
  seeds: [
    '*a*a*b\naaaaaaaaaa',
    '[a-z]?[^0-9]*\nab/c.txt',
    'a\\*b\na*b',
    '*.md\nREADME.md',
    '?*?\n😀x',
  ],
  generate: (random) => {
    const part = () => random.pick(['*', 'a', '?', '[a-c]', '[^/]', '\\*', '/', 'b*', '😀']);
    const pattern = random.times(1, 12, part).join('');
    return `${pattern}\n${random.pick(['a', 'ab', 'a/', '😀']).repeat(random.integer(0, 300))}`;
  },
  words: ['*', '**', '?', '[', ']', '[a-', '[^', '\\', '/', '-'],
  read(input) {
    const [pattern = '', ...rest] = input.toString().split('\n');
    const text = rest.join('\n');
    isPattern(pattern);
    tryAll(
      [
        () => namePattern(pattern).matches(text),
        () => trimStart(text, pattern, true),
        () => trimStart(text, pattern, false),
        () => trimEnd(text, pattern, true),
        () => replacePattern(text, pattern, 'x', true),
        () => replacePattern(text, pattern, '', false),
      ],
      isPatternError,
    );
  },
  expects: isPatternError,
};
