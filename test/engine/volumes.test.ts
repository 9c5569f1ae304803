import { afterAll, expect, test } from 'vitest';
import { berth, output } from '../e2e/berth.ts';
import { guest, inContainer, removeContainers } from '../e2e/engine/shared-machine.ts';

afterAll(async () => {
  await removeContainers();
  await output('volume', 'prune', '--all', '--force');
});

test('a part of a volume can be mounted, but nothing outside of it', async () => {
  const script = 'mkdir /data/part; echo inside > /data/part/file; ln -s /etc /data/out';
  await inContainer(script, '--volume', 'parts:/data');
  const part = (name: string) => `source=parts,target=/part,volume-subpath=${name}`;
  expect(await inContainer('cat /part/file', '--mount', part('part'))).toBe('inside');
  const out = await berth(['run', '--rm', '--mount', part('out'), 'busybox', 'ls', '/part']);
  expect(out.exitCode).not.toBe(0);
  expect(out.stderr).toContain('cannot access path');
});

test('a volume with options is mounted with them while a container runs, and unmounted afterwards', async () => {
  const options = ['--opt', 'type=tmpfs', '--opt', 'device=tmpfs', '--opt', 'o=size=3m,mode=750'];
  await output('volume', 'create', ...options, 'small');
  const seen = await inContainer(
    'stat -c %a /small; df -m /small | tail -n 1',
    ...['--volume', 'small:/small'],
  );
  expect(seen).toMatch(/^750\ntmpfs +3 /);
  expect(await guest('grep -c volumes/small /proc/mounts || true')).toBe('0');
});

test('the volumes of another container can be mounted read-only', async () => {
  await output('create', '--name', 'owner', '--volume', 'owned:/owned', 'busybox');
  const script = 'touch /owned/file || echo refused';
  expect(await inContainer(script, '--volumes-from', 'owner:ro')).toBe('refused');
  expect(await inContainer('touch /owned/file && echo made', '--volumes-from', 'owner')).toBe(
    'made',
  );
});
