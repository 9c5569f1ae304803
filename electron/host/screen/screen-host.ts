import type { BuildHistory } from '../build/history.ts';
import type { KnownFiles } from '../compose/known-files.ts';
import type { Dialogs } from '../computer/dialogs.ts';
import type { CredentialStore } from '../credentials/store.ts';
import type { EngineClient } from '../engine/client.ts';
import type { MachineControl } from '../machine/control.ts';
import type { SettingsStore } from '../settings/store.ts';

/** What the screen's procedures need of the host. */
export interface ScreenHost {
  readonly machine: MachineControl;
  readonly settings: SettingsStore;
  readonly engine: EngineClient;
  readonly credentials: CredentialStore;
  /** Compose files that were opened. */
  readonly composeFiles: KnownFiles;
  readonly builds: BuildHistory;
  /** Only where a desktop app is around the screen. */
  readonly dialogs?: Dialogs;
}
