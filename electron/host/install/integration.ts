/** An integration of Berth with the user's system that can be installed and removed. */
export interface Integration {
  /**
   * `present` is ours; `foreign` has the same name but belongs to another program and is left
   * unchanged.
   */
  state(): Promise<'absent' | 'present' | 'foreign'>;
  /** Idempotent. Rejects with HostError, with a hint, if the system refuses. */
  install(): Promise<void>;
  /** Idempotent. */
  remove(): Promise<void>;
}

/** The integrations that this host supports; the app shows no others. */
export interface Integrations {
  /** A `docker` context for the VM's engine. */
  readonly dockerContext?: Integration;
  /** The `berth` command on the user's PATH. */
  readonly command?: Integration;
}
