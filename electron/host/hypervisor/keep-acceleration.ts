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

/** What acceleration is decided by, besides the choice. */
export interface AccelerationHost {
  readonly platform: NodeJS.Platform;
  readonly kvmDevice: string;
  readonly architecture: GuestArchitecture;
  /** See `MachineContext`. */
  readonly accelerationRecord: string;
}

/**
 * Decides how the guest's processors run, and keeps what starts find out. An accelerator that opens
 * is tried; it is believed once guest code has run on it.
 */
export interface AccelerationKeeper {
  choose(choice: AcceleratorChoice): Promise<QemuAcceleration>;
  /** What starts found out about this host's own accelerator, as the host is now. */
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
  /** Of a start under way: for `auto`, as good as a verdict. */
  let suspicion: AcceleratorFault | undefined;

  const keep = (accelerator: string, found: AcceleratorVerdict) =>
    writeVerdict(accelerationRecord, qemu, accelerator, found).catch((error) => {
      // The start goes on without: the next one finds out once more.
      log.warn(`What is known of ${accelerator} cannot be kept`, error);
    });

  return {
    verdict,

    choose: (choice) =>
      chooseAcceleration(choice, platform, async (accelerator): Promise<Obstacle | undefined> => {
        // One that is asked for by name is tried, whatever is known of it.
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
        // A guest that was only silent on an accelerator that works may have had a bad day.
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
