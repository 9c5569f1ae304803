import type { Bridge } from '../bridge/connection.ts';
import type { PlannedShare } from './plan.ts';

/** A folder of this computer on its way into the machine. */
export interface Share {
  readonly folder: PlannedShare;
  /**
   * Does this computer's part while the machine runs: serves the folder whenever the guest can be
   * reached, and nothing outside of it, whatever the guest says. Resolves after `signal` aborted,
   * once nothing is served any more.
   */
  serve(bridge: Bridge, signal: AbortSignal): Promise<void>;
}
