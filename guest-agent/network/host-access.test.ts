import { expect, test, vi } from 'vitest';
import { keepFromHost } from './host-access.ts';

test('the rules follow the host’s address, and aren’t loaded again without need', async () => {
  let address: string | undefined;
  const loaded: string[] = [];
  const log = vi.fn();
  const load = async (rules: string) => void loaded.push(rules);
  await keepFromHost(log, { address: () => address, load }, 5);
  expect(loaded).toEqual([]);
  address = '10.0.2.2';
  await vi.waitFor(() => expect(loaded).toHaveLength(1));
  expect(loaded[0]).toContain('ip daddr 10.0.2.2 ct state new reject');
  address = '172.30.0.1';
  await vi.waitFor(() => expect(loaded).toHaveLength(2));
  expect(loaded[1]).toContain('ip daddr 172.30.0.1 ');
  expect(log).not.toHaveBeenCalled();
});

test('a firewall that refuses the rules is reported', async () => {
  const load = async () => Promise.reject(new Error('no firewall'));
  await expect(keepFromHost(vi.fn(), { address: () => '10.0.2.2', load })).rejects.toThrow(
    'no firewall',
  );
});
