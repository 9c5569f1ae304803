import type { Instruction } from '../../build/dockerfile/parse.ts';
import { EngineError } from '../../errors.ts';
import type { Job } from '../jobs/job.ts';

/**
 * The host's network, and the rights of a privileged container, are only for builds whose user
 * allowed them: `--allow network.host`, `--allow security.insecure`.
 */
export function checkEntitlement(
  { keyword, flags }: Instruction,
  { request }: Pick<Job, 'request'>,
): void {
  if (keyword !== 'RUN') return;
  const needed = [
    ...(flags.get('network') === 'host' ? ['network.host'] : []),
    ...(flags.get('security') === 'insecure' ? ['security.insecure'] : []),
  ];
  const missing = needed.find((name) => !request.Entitlements.includes(name));
  if (missing !== undefined) {
    throw new EngineError('invalid', `failed to load LLB: ${missing} is not allowed`);
  }
}
