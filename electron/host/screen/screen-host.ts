import type { KnownFiles } from '../compose/file/known-files.ts';
import type { CredentialStore } from '../credentials/store.ts';
import type { Diagnostics } from '../diagnostics/diagnostics.ts';
import type { AccelerationRepair } from '../doctor/acceleration-repair.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import type { MachinePaths } from '../home/paths.ts';
import type { Integrations } from '../install/integration.ts';
import type { Dialogs } from '../local-files/dialogs.ts';
import type { MachineControl } from '../machine/control.ts';
import type { Machines } from '../machine/machines.ts';
import type { Notices } from '../notices/notices.ts';
import type { AppSettingsStore } from '../settings/app-store.ts';
import type { SettingsStore } from '../settings/store.ts';
import type { VmImages } from '../vm-image/vm-images.ts';
import type { Desktop } from './desktop.ts';
import type { Navigation } from './navigation.ts';

/** The parts of the host that the app's procedures use. */
export interface ScreenHost {
  /** The directory of all the user's Berth files. */
  readonly home: string;
  /** Where the Kubernetes API of the VM is. */
  readonly paths: Pick<MachinePaths, 'kubeSocket' | 'kubeAccess'>;
  /** The name of this VM. */
  readonly name: string;
  readonly machine: MachineControl;
  /** All VMs; absent if the app shows one only. */
  readonly machines?: Pick<Machines, 'list' | 'create' | 'remove'>;
  /** The host with another VM. Throws HostError 'invalid' if the VM doesn't exist. */
  readonly openMachine?: (name: string) => ScreenHost;
  readonly vmImages: VmImages;
  readonly settings: SettingsStore;
  readonly appSettings: AppSettingsStore;
  readonly engine: EngineClient;
  readonly credentials: CredentialStore;
  readonly notices: Notices;
  /** The Compose files that were opened. */
  readonly composeFiles: KnownFiles;
  /** Absent where the system has no feature to turn on. */
  readonly acceleration?: AccelerationRepair;
  // Only in the desktop app.
  readonly dialogs?: Dialogs;
  readonly navigation?: Navigation;
  readonly desktop?: Desktop;
  readonly integrations?: Integrations;
  readonly diagnostics?: Diagnostics;
}
