import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../base/testing/temporary-directory.ts';
import { HypervisorEnded } from '../hypervisor-ended.ts';
import type { MachineExit } from '../machine.ts';
import { acceleratorFaultOf } from './accelerator-fault.ts';

const boot = { acceleration: { accelerator: 'whpx', emulated: false }, resumes: false } as const;

test.each<[MachineExit['fault'], boolean]>([
  [undefined, true],
  ['killed', false],
  ['unknown', false],
])('a hypervisor that ends without a word, by the fault of %s', async (fault, isBlamed) => {
  const directory = await temporaryDirectory();
  const paths = {
    console: join(directory, 'console.log'),
    hypervisorLog: join(directory, 'hypervisor.log'),
  };
  const error = new HypervisorEnded({ orderly: false, reason: 'gone', ...(fault && { fault }) });
  const found = await acceleratorFaultOf(boot, 'kernel', error, paths);
  expect(found !== undefined).toBe(isBlamed);
});
