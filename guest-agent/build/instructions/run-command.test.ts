import { expect, test } from 'vitest';
import { parseDockerfile } from '../dockerfile/parse.ts';
import { runCommand } from './run-command.ts';

function command(...lines: string[]) {
  const [run] = parseDockerfile(`${lines.join('\n')}\n`).instructions;
  if (run === undefined) throw new Error('no instruction');
  return runCommand(run, { Shell: ['/bin/bash', '-c'] });
}

test.each<[string[], string[]]>([
  [['RUN echo'], ['/bin/bash', '-c', 'echo']],
  [['RUN ["echo", "<<A"]'], ['echo', '<<A']],
  [
    ['RUN <<-A', '\techo $x', 'A'],
    ['/bin/bash', '-c', 'echo $x\n'],
  ],
  [
    ['RUN << "A"', 'echo', 'A'],
    ['/bin/bash', '-c', 'echo\n'],
  ],
  [
    ['RUN <<A python3', 'print(1)', 'A'],
    ['/bin/bash', '-c', '<<A python3\nprint(1)\nA'],
  ],
  [
    ['RUN cat <<A - <<-B', 'a', 'A', '\tb', '\tB'],
    ['/bin/bash', '-c', 'cat <<A - <<-B\na\nA\n\tb\nB'],
  ],
])('%j runs %j', (lines, words) => {
  expect(command(...lines)).toEqual({ words });
});

test('the interpreter in the first line of a document gets the document as a file', () => {
  expect(command('RUN <<A', '#!/usr/bin/env python3', 'print(1)', 'A')).toEqual({
    words: ['/bin/bash', '-c', '/dev/pipes/A'],
    script: { name: 'A', text: '#!/usr/bin/env python3\nprint(1)\n' },
  });
});
