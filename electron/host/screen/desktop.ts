import type { UpdateState } from '../../api/desktop.ts';

/** What only a desktop app around the screen can do. A host without one leaves it out. */
export interface Desktop {
  /** The app's own version. */
  readonly version: string;
  /** Absent where the system has no such thing. */
  readonly startAtLogin?: StartAtLogin;
  /** Absent in an app that was packed without a place to look for them. */
  readonly updates?: Updates;
}

/** Whether the system starts the app when the user logs in. The system keeps it, not Berth. */
export interface StartAtLogin {
  get(): Promise<boolean>;
  set(enabled: boolean): Promise<void>;
}

/** New versions of the app. */
export interface Updates {
  state(): UpdateState;
  /** Calls back at each change of state, until the returned function is called. */
  onChange(listener: (state: UpdateState) => void): () => void;
  /** Looks for a new version and fetches it. What goes wrong is told by the state. */
  check(): Promise<void>;
  /** Replaces the app by the version that was fetched, and starts that one. */
  install(): Promise<void>;
}
