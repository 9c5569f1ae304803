/** Something of Berth's that is put into the user's own system, and taken out again. */
export interface Integration {
  /** `present` is ours; `foreign` has the name and is somebody else's: it is left alone. */
  state(): Promise<'absent' | 'present' | 'foreign'>;
  /** Idempotent. Rejects with HostError, with a hint, when the system does not let us. */
  install(): Promise<void>;
  /** Idempotent. */
  remove(): Promise<void>;
}

/** Those that this host has; a screen shows no others. */
export interface Integrations {
  /** A context of the `docker` command that leads to the machine's engine. */
  readonly dockerContext?: Integration;
  /** The `berth` command in the user's PATH. */
  readonly command?: Integration;
}
