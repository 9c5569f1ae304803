import { HostError } from '../base/errors.ts';
import type { MachineExit } from './machine.ts';

/** The hypervisor exited before the VM was up. */
export class HypervisorEnded extends HostError {
  readonly exit: MachineExit;

  constructor(exit: MachineExit, cause?: unknown) {
    const code = exit.fault === 'accelerator' ? 'accelerator-failed' : 'machine-failed';
    super(code, exit.reason, { cause });
    this.exit = exit;
  }
}
