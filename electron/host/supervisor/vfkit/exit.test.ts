import { expect, test } from 'vitest';
import { exitOf } from './exit.ts';

const usage =
  'Usage:\n  vfkit [flags]\n\nFlags:\n  -b, --bootloader stringSlice   bootloader configuration\n      --gui   display\n';
const info = (message: string) => `time="2026-11-29T06:00:00Z" level=info msg="${message}"\n`;
const usual = { isReset: false, isAsked: false, log: info('virtual machine is running') };

test('a VM that powers off has an orderly exit, also under a later background process', () => {
  const log = usual.log + info('VM is stopped');
  expect(exitOf({ ...usual, log, code: 0, signal: null })).toMatchObject({ orderly: true });
  expect(exitOf({ ...usual, log })).toMatchObject({ orderly: true });
});

test('the reason of a failure is the last complaint of vfkit', () => {
  const words = 'Error Domain=VZErrorDomain Code=1 Description="Internal Virtualization error"';
  const log = `${usual.log}Error: virtualization error: ${words}\n${usage}\nvirtualization error: ${words}\n`;
  expect(exitOf({ ...usual, log, code: 1, signal: null })).toEqual({
    ...{
      orderly: false,
      reason: `vfkit exited unexpectedly (exit code 1): virtualization error: ${words}`,
    },
  });
  const fatal =
    'time="2026-11-29T06:00:00Z" level=fatal msg="listen unix \\"/a\\": bind: in use"\n';
  expect(exitOf({ ...usual, log: usual.log + fatal, code: 1 }).reason).toContain(
    '(exit code 1): listen unix "/a": bind: in use',
  );
});

test('the VM is not blamed for a vfkit that was killed or vanished', () => {
  expect(exitOf({ ...usual, code: null, signal: 'SIGKILL' })).toMatchObject({
    orderly: false,
    fault: 'killed',
  });
  expect(exitOf(usual)).toMatchObject({ orderly: false, fault: 'killed' });
});

test('a VM that resets itself has crashed', () => {
  expect(exitOf({ ...usual, isReset: true, code: null, signal: 'SIGKILL' })).toEqual({
    ...{ orderly: false, reason: 'the VM reset itself, as Linux does after a panic' },
  });
});
