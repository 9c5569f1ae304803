import { ignorePatterns, ignoreRules } from '../../../guest-agent/build/ignore.ts';
import { PatternError } from '../../../guest-agent/contract/glob-token.ts';
import { readIgnorePatterns } from '../../../guest-agent/contract/ignore-patterns.ts';
import type { Target } from '../target.ts';

const paths = [
  'a',
  'src/main.go',
  'node_modules/x/y/z.js',
  'a'.repeat(255),
  'd/'.repeat(60),
  'é/😀',
];

/** `.dockerignore` files. */
export const dockerignore: Target = {
  seeds: [
    '# comment\nnode_modules\n**/*.log\n!keep.log\n/dist/\n*.md\n[ab]?\n',
    '**\n!src/**\n  a b  \n\\#x\n**.go\n../x\n./y/../z\n',
  ],
  generate: (random) =>
    random
      .times(1, 20, () =>
        random
          .times(1, 6, () => random.pick(['a', '*', '**', '/', '!', '[a-z]', '?', '\\']))
          .join(''),
      )
      .join('\n'),
  words: ['**/', '!', '#', '\n', '*', '[', '\\', '..', '/', ' '],
  read(input) {
    const text = input.toString();
    const windows = readIgnorePatterns(text, { windows: true });
    const ignores = ignorePatterns(text);
    ignoreRules(text);
    for (const path of paths) {
      ignores(path);
    }
    windows.ignores('node_modules/x/y/z.js');
  },
  expects: (error) => error instanceof PatternError,
};
