import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadProject } from '../../../electron/host/compose/file/load.ts';
import type { Target } from '../target.ts';

const projects = join(import.meta.dirname, '../../conformance/projects');
const file = '/project/compose.yaml';

/** Compose files, up to the whole project. The files that they name don't exist. */
export const compose: Target = {
  seeds: readdirSync(projects, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.ya?ml$/.test(path))
    .map((path) => readFileSync(join(projects, path))),
  // The YAML library takes ten microseconds for each byte of text that it can't make sense of.
  maxBytes: 4 << 10,
  words: [
    ...[
      'services:\n',
      '  a:\n    ',
      'image: ',
      'ports:\n',
      '- "80:80"\n',
      'depends_on: ',
      '<<: *x\n',
    ],
    ...[
      '&x ',
      '*x',
      '!reset ',
      '!override ',
      '${A:-b}',
      '${A?c}',
      'extends: ',
      'include: ',
      '? ',
      '|\n',
    ],
    ...[
      'deploy: ',
      'healthcheck: ',
      'volumes: ',
      '[',
      ']',
      '{',
      '}',
      '---\n',
      '"',
      ': null\n',
      '0o17',
    ],
  ],
  read: async (input) => {
    await loadProject({
      ...{ files: [file], env: { A: '1' }, envFiles: [] },
      edited: new Map([[file, input.toString()]]),
    });
  },
};
