import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runLanes, type Step } from './lanes.ts';

const shell = (name: string, script: string): Step => ({ name, command: ['sh', '-c', script] });

async function run(...lanes: Step[][]) {
  let printed = '';
  const succeeded = await runLanes(lanes, (text) => {
    printed += text;
  });
  return { succeeded, printed: printed.replace(/after \d+ s/g, 'after N s') };
}

async function directory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'berth-lanes-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

test('lanes run beside each other, and the output of a step stays together', async () => {
  const at = await directory();
  const wait = (file: string) => `until [ -e ${at}/${file} ]; do sleep 0.02; done`;
  const { succeeded, printed } = await run(
    [shell('one', `echo a; touch ${at}/1; ${wait('2')}; echo b >&2`), shell('two', 'echo c')],
    [shell('other', `${wait('1')}; echo d; touch ${at}/2; echo e`)],
  );
  expect(succeeded).toBe(true);
  for (const together of [
    'a\nb\ncheck: one: passed after N s\n',
    'd\ne\ncheck: other: passed after N s\n',
    'c\ncheck: two: passed after N s\n',
  ]) {
    expect(printed).toContain(together);
  }
});

test('the first step that fails shows why, and ends the others with their programs', async () => {
  const at = await directory();
  const { succeeded, printed } = await run(
    [shell('endless', `(trap 'echo ended >${at}/ended; exit' INT; while :; do sleep 0.05; done)`)],
    [shell('bad', 'echo reason; sleep 0.3; exit 3'), shell('never', 'echo not reached')],
  );
  expect(succeeded).toBe(false);
  expect(printed).toContain('reason\ncheck: bad: FAILED after N s\n');
  expect(printed).toContain('check: endless: ended after N s\n');
  expect(printed).not.toContain('never');
  expect(await readFile(join(at, 'ended'), 'utf8')).toBe('ended\n');
});

test('a step that this host can’t run says why, and one whose program is missing fails', async () => {
  const skipped = { ...shell('the package', 'exit 1'), skipped: 'it needs root' };
  const { succeeded, printed } = await run([skipped]);
  expect(succeeded).toBe(true);
  expect(printed).toBe('\ncheck: skipped the package: it needs root\n');
  expect(await run([{ name: 'x', command: ['/no/such'] }])).toMatchObject({
    succeeded: false,
    printed: expect.stringContaining('spawn /no/such ENOENT'),
  });
});
