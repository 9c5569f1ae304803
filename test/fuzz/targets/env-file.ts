import { parseEnvFile, parseRawEnvFile } from '../../../electron/host/compose/file/env-file.ts';
import {
  InterpolationError,
  interpolate,
} from '../../../electron/host/compose/file/interpolate.ts';
import { parseEntryFile } from '../../../guest-agent/grammar/environment.ts';
import { type Target, tryAll } from '../target.ts';

const variables = (name: string) => (name === 'A' ? 'value' : undefined);
const expects = (error: unknown) => error instanceof InterpolationError;

/** `.env` files, `env_file` and `--env-file`, and variables in Compose files. */
export const envFile: Target = {
  seeds: [
    "# comment\nA=1\nexport B=\"two $A\\n\" # c\nC='it\\'s'\nD: e\nF\nG=${A:-${B-x}}\n\nH=a#b\n",
    'A="multi\nline"\r\nB=\'\r\n\'\n   C = d\nX=${MISSING:?word}\n',
    '$A ${A} $$ ${B:-c} ${B+d}',
  ],
  words: [
    '=',
    '"',
    "'",
    "\\'",
    '\\"',
    '${',
    '}',
    ':-',
    ':?',
    '$$',
    '#',
    'export ',
    '\r\n',
    '\ufeff',
  ],
  read(input) {
    const text = input.toString();
    parseRawEnvFile(text, variables);
    tryAll(
      [
        () => parseEnvFile(text, variables),
        () => interpolate(text, variables),
        () => parseEntryFile(text),
      ],
      expects,
    );
  },
  expects,
};
