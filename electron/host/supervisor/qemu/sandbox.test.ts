import { expect, test } from 'vitest';
import { type StandInAnswer, writeProgram } from '../../base/testing/stand-in-program.ts';
import { temporaryDirectory } from '../../base/testing/temporary-directory.ts';
import { sandboxArguments } from './sandbox.ts';

/** A QEMU that gives these answers. */
async function qemu(...answers: StandInAnswer[]) {
  const folder = await temporaryDirectory();
  const program = await writeProgram(folder, 'qemu-system-x86_64', { answers });
  return { program, version: '8.1.0' };
}

test('a QEMU that knows the filter runs behind it', async () => {
  const [option, value] = await sandboxArguments(await qemu({ to: '-sandbox' }), 'linux');
  expect(option).toBe('-sandbox');
  expect(value?.split(',')).toEqual(expect.arrayContaining(['on', 'spawn=deny']));
});

test('one that does not know it runs without', async () => {
  expect(await sandboxArguments(await qemu({ exitCode: 1 }), 'linux')).toEqual([]);
  expect(await sandboxArguments(await qemu({}), 'darwin')).toEqual([]);
});
