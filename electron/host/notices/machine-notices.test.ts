import { expect, test } from 'vitest';
import type { MachineStatus } from '../../api/machine.ts';
import { machineNotices } from './machine-notices.ts';

const running: MachineStatus = {
  ...{ name: 'default', state: 'running', driver: 'qemu' },
  ...{ cpus: 2, memoryMiB: 2048, diskGiB: 16 },
};

test('a problem with a shared folder gives one notice, which is removed when it is solved', () => {
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

test('an engine that stops answering gives one notice, until it answers again', () => {
  const silent = { ...running, engineNotAnsweringSince: '2026-01-02T03:04:05.000Z' };
  const first = machineNotices(running, silent);
  expect(first.add).toMatchObject([{ tone: 'bad', title: "The container engine isn't answering" }]);
  const [key = ''] = first.add.map((notice) => notice.key);
  const again = machineNotices(silent, silent);
  expect([again.add, again.settled(key)]).toEqual([[], false]);
  expect(machineNotices(silent, running).settled(key)).toBe(true);
});
