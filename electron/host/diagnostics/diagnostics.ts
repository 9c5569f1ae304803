/** Collects diagnostics: logs, versions, and settings without secrets. */
export interface Diagnostics {
  /** Writes an archive to `path`, replacing an existing file. Works whatever state the VM is in. */
  save(path: string): Promise<void>;
}
