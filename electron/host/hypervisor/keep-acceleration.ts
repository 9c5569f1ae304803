import type { AcceleratorChoice } from '../../api/settings.ts';
import { loggerOf } from '../base/log.ts';
import type { GuestArchitecture } from '../home/resources.ts';
import type { AcceleratorFault } from './acceleration.ts';
import {
  chooseAcceleration,
  type Obstacle,
  probeWith,
  type QemuAcceleration,
} from './accelerator.ts';
import { type AcceleratorVerdict, readVerdict, writeVerdict } from './accelerator-record.ts';
import type { Qemu } from './discover.ts';
import { nativeAccelerator } from './native-accelerator.ts';

const log = loggerOf('qemu');

/** The inputs of the decision, besides the user's choice. */
export interface AccelerationHost {
  readonly platform: NodeJS.Platform;
  readonly kvmDevice: string;
  readonly architecture: GuestArchitecture;
  /** See `MachineContext`. */
  readonly accelerationRecord: string;
}

/**
 * Decides how the VM's processors run, and records what starts find out. Berth tries an accelerator
 * that can be opened, and trusts it once the VM's code has run on it.
 */
export interface AccelerationKeeper {
  choose(choice: AcceleratorChoice): Promise<QemuAcceleration>;
  /** What starts found out about the host's accelerator in its current state. */
  verdict(): Promise<AcceleratorVerdict | undefined>;
  /** See `Machine.noteGuestRuns`. */
  noteGuestRuns(accelerator: string): Promise<void>;
  /** See `Machine.noteAcceleratorFault`. */
  noteFault(accelerator: string, fault: AcceleratorFault): Promise<void>;
}

export function keepAcceleration(
  qemu: Qemu,
  { platform, kvmDevice, architecture, accelerationRecord }: AccelerationHost,
): AccelerationKeeper {
  const own = nativeAccelerator(platform);
  const tryOut = probeWith(qemu, architecture, kvmDevice);
  const verdict = async () => (own ? readVerdict(accelerationRecord, qemu, own) : undefined);
  /** A fault found by the current start. For `auto`, it counts like a recorded failure. */
  let suspicion: AcceleratorFault | undefined;

  const keep = (accelerator: string, found: AcceleratorVerdict) =>
    writeVerdict(accelerationRecord, qemu, accelerator, found).catch((error) => {
      // The start continues without the record. The next start finds out again.
      log.warn(`Recording the state of ${accelerator}`, error);
    });

  return {
    verdict,

    choose: (choice) =>
      chooseAcceleration(choice, platform, async (accelerator): Promise<Obstacle | undefined> => {
        // An accelerator that the settings name is tried regardless of the record.
        if (choice !== 'auto') return tryOut(accelerator);
        if (suspicion) return { kind: 'broken', reason: suspicion.reason };
        const known = await verdict();
        if (known?.works !== false) return tryOut(accelerator);
        return { kind: 'broken', ...(known.reason !== undefined && { reason: known.reason }) };
      }),

    async noteGuestRuns(accelerator) {
      if (accelerator === own) {
        suspicion = undefined;
        if (!(await verdict())?.works) await keep(accelerator, { works: true });
      } else if (own && suspicion) {
        const { reason, certain } = suspicion;
        suspicion = undefined;
        // Don't distrust an accelerator that has worked before because of one silent VM.
        if (!certain && !(await verdict())?.works) await keep(own, { works: false, reason });
      }
    },

    async noteFault(accelerator, fault) {
      if (accelerator !== own) return;
      suspicion = fault;
      if (fault.certain) await keep(accelerator, { works: false, reason: fault.reason });
    },
  };
}
