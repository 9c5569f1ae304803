import { readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { onWindows } from '../../../guest-agent/testing/on-windows.ts';
import { temporaryDirectory } from '../base/testing/temporary-directory.ts';
import {
  linkUserSocket,
  systemLinkCommand,
  unlinkUserSocket,
  userSocketPath,
} from './link-socket.ts';

test.skipIf(onWindows('named pipes can’t be linked'))(
  'the link leads to the machine that was last asked for, and only that one removes it',
  async () => {
    const path = userSocketPath(await temporaryDirectory());
    await linkUserSocket('/a.sock', path);
    await linkUserSocket('/b.sock', path);
    expect(await readlink(path)).toBe('/b.sock');
    expect(await unlinkUserSocket('/a.sock', path)).toBe(false);
    expect(await unlinkUserSocket('/b.sock', path)).toBe(true);
    expect(await unlinkUserSocket('/b.sock', path)).toBe(false);
  },
);

test.skipIf(onWindows('named pipes can’t be linked'))(
  'a file that is not a link is not replaced',
  async () => {
    const path = join(await temporaryDirectory(), 'docker.sock');
    await writeFile(path, '');
    await expect(linkUserSocket('/a.sock', path)).rejects.toThrow("isn't a link");
  },
);

test('the command for an administrator survives odd paths', () => {
  expect(systemLinkCommand("/it's/a.sock")).toBe(
    "sudo ln -sf '/it'\\''s/a.sock' /var/run/docker.sock",
  );
});
