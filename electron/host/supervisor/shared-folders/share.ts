import type { Bridge } from '../bridge/connection.ts';
import type { PlannedShare } from './plan.ts';

/** A shared folder in transit to the VM. */
export interface Share {
  readonly folder: PlannedShare;
  /**
   * Does the host's part while the VM runs: serves the folder, and nothing outside of it, whenever
   * the VM is reachable. Resolves after `signal` aborts and nothing is served any more.
   */
  serve(bridge: Bridge, signal: AbortSignal): Promise<void>;
}
