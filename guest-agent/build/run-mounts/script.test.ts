import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Directories } from '../../runtime/directories.ts';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import type { BuildSession } from '../session.ts';
import { openScript } from './script.ts';

test.each(['EOF', 'sub/EOF', '../../../EOF'])(
  'the script %s is only in its own directory',
  async (name) => {
    await using directory = await temporaryDirectory();
    const run = join(directory.path, 'run');
    const session = {
      engine: { directories: new Directories(directory.path, run) },
    } as unknown as BuildSession;
    const script = await openScript(session, { name, text: '#!/bin/sh' });
    const source = script.requests[0]?.Source ?? '';
    const path = join(source, name.replaceAll('../', ''));
    expect(await readFile(path, 'utf8')).toBe('#!/bin/sh');
    await expect(stat(join(directory.path, 'EOF'))).rejects.toThrow('ENOENT');
    await expect(stat(join(run, 'EOF'))).rejects.toThrow('ENOENT');
    await script[Symbol.asyncDispose]();
    await expect(stat(source)).rejects.toThrow('ENOENT');
  },
);
