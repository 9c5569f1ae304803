import type { HostPorts } from '../network/host-ports.ts';
import type { MonitorWatch } from '../runtime/conmon/monitor-watch.ts';
import type { OciRuntime } from '../runtime/crun.ts';
import type { Directories } from '../runtime/directories.ts';
import type { Mounts } from '../runtime/mounts/mounts.ts';
import type { Processes } from '../runtime/process/processes.ts';
import type { SeccompProfile } from '../runtime/spec/seccomp.ts';
import type { OpenFolders } from '../shares/open-folders.ts';
import type { Shares } from '../shares/shares.ts';
import type { Damage } from '../store/damage.ts';
import type { LayerStore } from '../store/layers/layers.ts';
import type { ContainerCollection } from './containers/record/collection.ts';
import type { ExecCollection } from './containers/record/exec-collection.ts';
import type { EventBus } from './events.ts';
import type { ImageSource } from './images/store/image.ts';
import type { Networks } from './networks/networks.ts';
import type { Volumes } from './volumes/volumes.ts';

/** The engine's parts, which its functions use. Created once, in `main.ts`. */
export interface Engine {
  readonly directories: Directories;
  readonly containers: ContainerCollection;
  readonly execs: ExecCollection;
  readonly images: ImageSource;
  readonly layers: LayerStore;
  readonly networks: Networks;
  readonly volumes: Volumes;
  readonly shares: Shares;
  readonly openFolders: OpenFolders;
  readonly hostPorts: HostPorts;
  readonly events: EventBus;
  readonly crun: OciRuntime;
  readonly processes: Processes;
  readonly mounts: Mounts;
  readonly monitors: Pick<MonitorWatch, 'add' | 'close'>;
  readonly seccompProfile: SeccompProfile;
  /** The current boot of the guest. Process IDs of another boot aren't valid. */
  readonly bootId: string;
  /** Damage on the data disk. */
  readonly damage: Damage;
  /** For failures that no caller waits for, such as failed cleanups. */
  readonly log: (message: string, cause?: unknown) => void;
}
