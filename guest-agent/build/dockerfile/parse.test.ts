import { expect, test } from 'vitest';
import { documentText } from './heredoc.ts';
import { type Instruction, parseDockerfile, parseTrigger, triggerText } from './parse.ts';

const lines = (...text: string[]) => `${text.join('\n')}\n`;
const brief = ({ keyword, text }: Instruction) => `${keyword} ${text}`;
const parsed = (...text: string[]) => parseDockerfile(lines(...text)).instructions;

test.each<[string, string[], string[]]>([
  ['keywords in any case', ['from x', 'Run a'], ['FROM x', 'RUN a']],
  ['continued lines', ['RUN a \\', '  && b\\', 'c'], ['RUN a   && bc']],
  ['comments between them', ['RUN a \\', '# no \\', '   # no', ' b', '# no'], ['RUN a  b']],
  ['empty lines between them', ['RUN a \\', '', '', ' b', 'RUN c'], ['RUN a  b', 'RUN c']],
  ['blanks after the mark', ['RUN a \\  ', 'b'], ['RUN a b']],
  ['a doubled mark, which continues nothing', ['RUN a \\\\', 'RUN b'], ['RUN a \\\\', 'RUN b']],
  ['another mark', ['# escape=`', 'RUN a `', ' C:\\'], ['RUN a  C:\\']],
  ['a hash inside a line', ['RUN a # b'], ['RUN a # b']],
  ['line ends of Windows', ['RUN a \\\r', ' b\r', 'RUN c\r'], ['RUN a  b', 'RUN c']],
])('takes %s', (_, dockerfile, expected) => {
  expect(parsed(...dockerfile).map(brief)).toEqual(expected);
});

test('flags stand before the arguments, and end at a bare --', () => {
  const [copy, run, many] = parsed(
    'COPY --from=a --link --chown=1:2 x --y /z',
    'RUN -- --flag',
    'COPY --exclude=a --exclude=b . /',
  );
  expect(copy?.flags).toEqual(
    new Map([
      ['from', 'a'],
      ['link', ''],
      ['chown', '1:2'],
    ]),
  );
  expect(copy?.text).toBe('x --y /z');
  expect(run?.text).toBe('--flag');
  expect(many?.flags.get('exclude')).toBe('a\nb');
});

test('flags can have quotes and escapes', () => {
  const [copy] = parsed(`COPY --chown="a b" --exclude='x y' --from=a\\ b -- --c /d`);
  expect(copy?.flags).toEqual(
    new Map([
      ['chown', 'a b'],
      ['exclude', 'x y'],
      ['from', 'a b'],
    ]),
  );
  expect(copy?.text).toBe('--c /d');
});

test('documents belong to their instruction, and end at their names', () => {
  const [run, copy, last] = parsed(
    ...['RUN cat <<A <<-"B" > /x \\', '  && done'],
    ...['one $x', '# kept', 'A', '\ttwo \\', '\tB'],
    ...['COPY <<f /dst', 'RUN not', 'f', 'RUN b'],
  );
  expect(run?.text).toBe('cat <<A <<-"B" > /x   && done');
  expect(run?.heredocs).toEqual([
    { name: 'A', content: 'one $x\n# kept\n', expand: true, chomp: false },
    { name: 'B', content: '\ttwo \\\n', expand: false, chomp: true },
  ]);
  expect(run?.heredocs.map(documentText)).toEqual(['one $x\n# kept\n', 'two \\\n']);
  expect(copy?.heredocs.map(({ name, content }) => name + content)).toEqual(['fRUN not\n']);
  expect(last && brief(last)).toBe('RUN b');
});

test.each<[string, string, boolean]>([
  ['RUN cat << A > /x', 'A', true],
  ['RUN cat << "A" > /x', 'A', false],
  ["RUN cat <<\t'A' > /x", 'A', false],
  ['RUN cat <<- A', 'A', true],
  ['RUN 3<<A cat', 'A', true],
  ['RUN cat <<"A b"', 'A b', false],
  ['ONBUILD RUN cat <<A', 'A', true],
])('%s begins the document %s', (line, name, expand) => {
  const [first, second] = parsed(line, 'text', name, 'RUN b');
  expect(first?.heredocs).toMatchObject([{ name, content: 'text\n', expand }]);
  expect(second && brief(second)).toBe('RUN b');
});

test.each([
  ['RUN echo "<<A"'],
  ['RUN x=$((1<<A))'],
  ['RUN cat <<<A'],
  ['RUN cat<<A'],
  ['ENV A <<B'],
  ['RUN ["cat", "<<A"]'],
])('%s doesn’t begin a document', (line) => {
  expect(parsed(line, 'RUN b').map(({ heredocs }) => heredocs)).toEqual([[], []]);
});

test.each([
  [['FROM x', '', 'NOPE y'], 'dockerfile parse error on line 3: unknown instruction: NOPE'],
  [['FROM x', 'COPPY a b'], 'unknown instruction: COPPY (did you mean COPY?)'],
  [['RUN <<A', 'b'], 'unterminated heredoc'],
  [['# nothing'], 'file with no instructions'],
  [['# escape=x', 'FROM x'], "invalid escape token 'x' does not match ` or \\"],
  [['# escape=`', '# escape=`'], 'only one escape parser directive can be used'],
])('%j is refused', (dockerfile, message) => {
  expect(() => parsed(...dockerfile)).toThrow(message);
});

test('a document without an end is a mistake up to the last line', () => {
  expect(() => parsed('FROM x', 'RUN cat <<A', 'b', 'c')).toThrow(
    expect.objectContaining({ line: 2, endLine: 4 }),
  );
});

test('a trigger keeps its documents', () => {
  const [onbuild] = parsed('ONBUILD COPY <<A /a', 'text', 'A');
  expect(onbuild && parseTrigger(triggerText(onbuild), '\\')).toMatchObject({
    keyword: 'COPY',
    heredocs: [{ name: 'A', content: 'text\n' }],
  });
});

test('a trigger is an instruction on one line', () => {
  expect(parseTrigger('COPY --from=a b c', '\\')).toMatchObject({
    keyword: 'COPY',
    flags: new Map([['from', 'a']]),
    text: 'b c',
  });
});

test.each([
  ['many instructions', 'FROM a\n# x\n'],
  ['many doubled marks', 'RUN a \\\\\n'],
  ['many documents', 'RUN a <<A\nA\n'],
])('a Dockerfile of %s is read', (_, part) => {
  const text = `FROM a\n${part.repeat(100_000)}`;
  expect(parseDockerfile(text).instructions).toHaveLength(100_001);
});

test.each([
  ['# escape=`', '`'],
  ['# syntax=x\n#ESCAPE = `', '`'],
  ['# a comment\n# escape=`', '\\'],
  ['\n# escape=`', '\\'],
  ['# check=skip=all\n# escape=`', '`'],
])('%j makes the escape character %s', (directives, expected) => {
  expect(parseDockerfile(`${directives}\nFROM a\n`).escapeChar).toBe(expected);
});
