import type { Instruction } from '../../build/dockerfile/parse.ts';
import { EngineError } from '../../errors.ts';
import type { Job } from '../jobs/job.ts';

/** The host's network is only for builds whose user allowed it: `--allow network.host`. */
export function checkEntitlement(
  { keyword, flags }: Instruction,
  { request }: Pick<Job, 'request'>,
): void {
  if (keyword !== 'RUN' || flags.get('network') !== 'host') return;
  if (!request.Entitlements.includes('network.host')) {
    throw new EngineError('invalid', 'failed to load LLB: network.host is not allowed');
  }
}
