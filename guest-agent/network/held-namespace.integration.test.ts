import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
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

test.runIf(isRoot)('nothing of the namespace is left when its owner is killed', async () => {
  const module = join(import.meta.dirname, 'held-namespace.ts');
  const script = `
    import { holdNetworkNamespace } from ${JSON.stringify(module)};
    import { readFileSync } from 'node:fs';
    await holdNetworkNamespace();
    console.log(readFileSync('/proc/self/task/' + process.pid + '/children', 'utf8').trim());
    setInterval(() => {}, 1000);`;
  const owner = spawn(process.execPath, ['--input-type=module', '--eval', script]);
  try {
    const [line] = await once(owner.stdout, 'data');
    const holder = String(line).trim();
    expect(holder).toMatch(/^\d+$/);
    await access(`/proc/${holder}/ns/net`);
    owner.kill('SIGKILL');
    await vi.waitFor(
      async () => {
        const namespace = await readlink(`/proc/${holder}/ns/net`).catch(() => 'gone');
        expect(namespace).toBe('gone');
      },
      { timeout: 15_000 },
    );
  } finally {
    owner.kill('SIGKILL');
  }
});
