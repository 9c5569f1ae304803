import type { UpdateState } from '../../api/desktop.ts';

/** Features that only the desktop app has. Absent in a browser. */
export interface Desktop {
  /** The app's own version. */
  readonly version: string;
  /** Absent if the system doesn't support it. */
  readonly startAtLogin?: StartAtLogin;
  /** Absent if the app was built without an update source. */
  readonly updates?: Updates;
}

/** Whether the system starts the app at login. The system stores this setting, not Berth. */
export interface StartAtLogin {
  get(): Promise<boolean>;
  set(enabled: boolean): Promise<void>;
}

/** New versions of the app. */
export interface Updates {
  state(): UpdateState;
  /** Calls back at each change of state until the returned function is called. */
  onChange(listener: (state: UpdateState) => void): () => void;
  /** Checks for a new version and downloads it. Errors are part of the state. */
  check(): Promise<void>;
  /** Installs the downloaded version and restarts the app. */
  install(): Promise<void>;
}
