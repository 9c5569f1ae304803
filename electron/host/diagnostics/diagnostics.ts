/** Collects what is needed to look into a problem: logs, versions, settings without secrets. */
export interface Diagnostics {
  /** Writes one archive to `path`, replacing a file. Works whatever state the machine is in. */
  save(path: string): Promise<void>;
}
