import { expect, test } from 'vitest';
import type { MachineStatus } from '../../api/machine.ts';
import { machineNotices } from './machine-notices.ts';

const running: MachineStatus = {
  ...{ name: 'default', state: 'running', driver: 'qemu' },
  ...{ cpus: 2, memoryMiB: 2048, diskGiB: 16 },
};

test('a shared folder in trouble is told of once, and no longer when it is well again', () => {
  const problem = { path: '/home/me', problem: 'it was removed', hint: 'Start again.' };
  const troubled = { ...running, folderProblems: [problem] };
  const first = machineNotices(running, troubled);
  expect(first.add).toMatchObject([
    { title: expect.stringContaining('/home/me'), text: 'It was removed. Start again.' },
  ]);
  const [key = ''] = first.add.map((notice) => notice.key);
  const again = machineNotices(troubled, troubled);
  expect([again.add, again.settled(key)]).toEqual([[], false]);
  expect(machineNotices(troubled, running).settled(key)).toBe(true);
});
