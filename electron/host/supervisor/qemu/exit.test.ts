import { expect, test } from 'vitest';
import { exitOf } from './exit.ts';

const ended = { shutdown: undefined, fault: undefined, code: 1, signal: null } as const;
const operational = 'Windows Hypervisor Platform accelerator is operational\r\n';

test.each(['', operational])(
  'nobody can tell whether a QEMU that ends without a word (%j) was ended by others on Windows',
  (log) => {
    const exit = exitOf({ ...ended, log, platform: 'win32' });
    expect(exit).toEqual({
      ...{ orderly: false, fault: 'unknown' },
      reason: 'QEMU exited unexpectedly (exit code 1)',
    });
    expect(exitOf({ ...ended, log, platform: 'linux' }).fault).toBeUndefined();
  },
);

test('what QEMU says on Windows is believed', () => {
  const says = (log: string) => exitOf({ ...ended, log, platform: 'win32' });
  expect(says(`${operational}WHPX: Unexpected VP exit code 4\r\n`).fault).toBe('accelerator');
  expect(says('qemu-system-x86_64.exe: no memory\r\n').fault).toBeUndefined();
  const { code: _, signal: __, ...others } = ended;
  expect(exitOf({ ...others, log: '', platform: 'win32' }).fault).toBeUndefined();
});
