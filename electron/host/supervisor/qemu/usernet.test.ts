import { expect, test } from 'vitest';
import { createHostForwards, parseSshPort } from './usernet.ts';

const head =
  'Hub -1 (net):\r\n  Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ\r\n';
const row = (port: number, to: string) =>
  `  TCP[HOST_FORWARD]   8       127.0.0.1 ${port}       ${to.replace(':', '    ')}     0     0\r\n`;

/** A monitor of a QEMU that forwards from 41000 to sshd, and from 41001 on to what it is asked to. */
function monitor() {
  const forwards = new Map([[41_000, '10.0.2.15:22']]);
  let next = 41_001;
  return {
    forwards,
    async run(line: string): Promise<string> {
      if (line === 'info usernet') {
        // The newest first, as QEMU does.
        return (
          head +
          [...forwards]
            .reverse()
            .map(([port, to]) => row(port, to))
            .join('')
        );
      }
      const [, added] = /^hostfwd_add net tcp:127\.0\.0\.1:0-(\S+)$/.exec(line) ?? [];
      if (added === '172.17.0.9:80') return 'could not set up host forwarding rule\r\n';
      if (added) forwards.set(next++, added);
      const [, removed] = /^hostfwd_remove net tcp:127\.0\.0\.1:(\d+)$/.exec(line) ?? [];
      if (removed) forwards.delete(Number(removed));
      return '';
    },
  };
}

test('the SSH port is not confused with a container’s port 22', () => {
  expect(parseSshPort(head + row(41_001, '172.17.0.2:22') + row(41_000, '10.0.2.15:22'))).toBe(
    41_000,
  );
  expect(() => parseSshPort(head)).toThrow('SSH port');
});

test('forwards that are opened at once each get their own port, and are closed by it', async () => {
  const { forwards, run } = monitor();
  const { open } = createHostForwards(run);
  const target = { host: '172.17.0.2', port: 80 };
  const [one, other] = await Promise.all([open(target), open(target)]);
  expect([one, other]).toMatchObject([
    { host: '127.0.0.1', port: 41_001 },
    { host: '127.0.0.1', port: 41_002 },
  ]);
  await one.close();
  await one.close();
  expect([...forwards.keys()]).toEqual([41_000, 41_002]);
});

test('what was left open is closed, but for the way to sshd', async () => {
  const { forwards, run } = monitor();
  forwards.set(42_000, '172.17.0.2:22').set(42_001, '172.17.0.3:80');
  await createHostForwards(run).closeAll();
  expect([...forwards.keys()]).toEqual([41_000]);
});

test('QEMU’s refusal is reported, and an invalid address never reaches it', async () => {
  const { forwards, run } = monitor();
  const { open } = createHostForwards(run);
  await expect(open({ host: '172.17.0.9', port: 80 })).rejects.toThrow('could not set up');
  await expect(open({ host: '1.2.3.4:5\nquit', port: 80 })).rejects.toThrow('not an IPv4');
  expect(await open({ host: '172.17.0.2', port: 80 })).toMatchObject({ port: 41_001 });
  expect(forwards.size).toBe(2);
});
