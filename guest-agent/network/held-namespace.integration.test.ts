import { execFile } from 'node:child_process';
import { access, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { holdNetworkNamespace } from './held-namespace.ts';

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;

test.runIf(isRoot)('another program finds the namespace until it is closed', async () => {
  const namespace = await holdNetworkNamespace();
  try {
    expect(await readlink(namespace.path)).not.toBe(await readlink('/proc/self/ns/net'));
    const { stdout } = await run('nsenter', [`--net=${namespace.path}`, 'ip', '-o', 'link']);
    expect(stdout).toMatch(/^1: lo: .*\bUP\b.*\n$/);
    expect(await namespace.isUnused()).toBe(true);
  } finally {
    await namespace.close();
  }
  await expect(access(namespace.path)).rejects.toThrow('ENOENT');
  expect(await namespace.isUnused()).toBe(false);
});
