import { describe, expect, it, test } from 'vitest';
import { checkFile } from './check.ts';

const phrasesIn = (name: string, content: string) =>
  checkFile(name, content).map(({ found }) => found);

describe('phrases that we do not write', () => {
  test.each([
    ['"5x" is no duration.', 'is no'],
    ['Networks that are\nno bridge.', 'are no'],
    ['Retries at most so often.', 'so often'],
    ['The build goes on.', 'goes on'],
    ['The name is found by itself.', 'by itself'],
    ['This prints what has other tools speak to a machine.', 'has other tools speak'],
    ['A start has it continue and has the guest use the disk.', 'has the guest use'],
    ['Anyone can, whoever they are.', 'whoever'],
    ['It belongs to whom the folder does.', 'whom'],
    ['The network is the one of its mode.', 'the one of'],
    ['Use such a one.', 'such a one'],
    ['Callers are told of it.', 'told'],
    ['Missing keys are left out.', 'left out'],
    ['All that is left empty has a default.', 'is left empty'],
    ['It runs as the image has it.', 'as the image has it'],
    ['A log is not cut off, nor is a session.', 'nor is'],
    ['No container is on it, a stopped one neither.', 'one neither'],
    ['It waits. Should the process end, it stops.', 'Should the'],
    ['Of a large folder, 300 files are shown.', 'Of'],
    ['What only BuildKit does is refused.', 'What only BuildKit does is refused.'],
    ['The machine starts anew.', 'anew'],
    ['Variables for what knows no contexts.', 'for what knows'],
    ['A folder of this computer.', 'computer'],
    ['The one door to the engine.', 'door'],
    ['The supervisor opens the port.', 'supervisor'],
  ])('%s', (text, phrase) => {
    expect(phrasesIn('README.md', text)).toContain(phrase);
  });

  test.each([
    'There is no cache, and there has been no build. It is no longer than that.',
    'Put the file on the disk. Settings that go on the command line.',
    'The server is told to stop.',
    'The engine has its own cache. The container has the name web.',
    'Of course, you can. What is a volume?',
    'You have to start the VM. The host has the last word.',
    'Neither the host nor the VM changes. Windows has neither.',
    'Read `is no`, `supervisor.log` and [the page](computer.md).',
    '```\nA computer goes on by itself.\n```',
  ])('%s', (text) => {
    expect(phrasesIn('docs/page.md', text)).toEqual([]);
  });
});

describe('a page', () => {
  it('is checked in its headings, lists and tables', () => {
    const page = [
      '# Names on this computer',
      '',
      '- one',
      '  goes on',
      '',
      '| a | b |',
      '| - | - |',
      '| x | is no `a\\|b` |',
    ];
    expect(checkFile('docs/page.md', page.join('\n'))).toMatchObject([
      { line: 1, found: 'computer' },
      { line: 4, found: 'goes on' },
      { line: 8, found: 'is no' },
    ]);
  });

  const words = (count: number) => Array.from({ length: count }, () => 'word').join(' ');

  it('for users has no sentence of more than 25 words', () => {
    const page = `${words(25)}. It has ${words(20)}\n${words(5)}.\n\n- ${words(24)} \`a b c\`\n- ${words(3)}`;
    expect(checkFile('docs/page.md', page)).toMatchObject([{ line: 1, instead: /^27 words/ }]);
    expect(checkFile('CONTRIBUTING.md', page)).toEqual([]);
  });

  it('may have long rows of tables, and abbreviations within a sentence', () => {
    expect(checkFile('docs/page.md', `| ${words(30)} |`)).toEqual([]);
    expect(checkFile('docs/page.md', `${words(13)}, e.g. ${words(13)}.`)).toHaveLength(1);
  });
});

describe('code', () => {
  it('is checked in its comments, strings, templates and JSX texts', () => {
    const source = `
// A comment that
// goes on.
/**
 * What is left
 * out, and \`left out\`.
 */
const a = 'The supervisor has ended';
const b = \`\${a} is no \${\`number, \${a} by itself\`}\`;
const c = <p title="On this computer">Whoever reads {a}</p>;
import x from './computer.ts';
`;
    const found = checkFile('renderer/x.tsx', source).map(({ line, found }) => [line, found]);
    expect(found).toEqual([
      [3, 'goes on'],
      [5, 'left out'],
      [8, 'supervisor'],
      [9, 'is no'],
      [9, 'by itself'],
      [10, 'computer'],
      [10, 'Whoever'],
    ]);
  });

  it('may name a process in text that users do not read', () => {
    expect(phrasesIn('CONTRIBUTING.md', 'The supervisor opens the port.')).toEqual([]);
    const source = "// The supervisor opens the port.\nit('outlives the supervisor');";
    expect(phrasesIn('electron/x.ts', source)).toEqual(['supervisor']);
    expect(phrasesIn('electron/x.test.ts', source)).toEqual([]);
  });

  it('in shell scripts and lists is checked in its comments', () => {
    expect(phrasesIn('vm-image/list.txt', '# Goes on.\n\nname # by itself\n')).toHaveLength(2);
    const script = '#!/bin/sh\n# It starts by\n# itself.\necho "$1#x" # and goes on\n';
    expect(phrasesIn('build/x', script)).toEqual(['by itself', 'goes on']);
  });
});
