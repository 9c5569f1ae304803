import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../base/testing/temporary-directory.ts';
import { sandboxArguments } from './sandbox.ts';

/** A QEMU that does with its arguments what the script says. */
async function qemu(script: string) {
  const program = join(await temporaryDirectory(), 'qemu-system-x86_64');
  await writeFile(program, `#!/bin/sh\n${script}\n`);
  await chmod(program, 0o755);
  return { program, version: '8.1.0' };
}

test('a QEMU that knows the filter runs behind it', async () => {
  const [option, value] = await sandboxArguments(await qemu('[ "$1" = -sandbox ]'), 'linux');
  expect(option).toBe('-sandbox');
  expect(value?.split(',')).toEqual(expect.arrayContaining(['on', 'spawn=deny']));
});

test('one that does not know it runs without', async () => {
  expect(await sandboxArguments(await qemu('exit 1'), 'linux')).toEqual([]);
  expect(await sandboxArguments(await qemu('exit 0'), 'darwin')).toEqual([]);
});
