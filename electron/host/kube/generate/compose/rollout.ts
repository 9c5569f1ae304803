import { parseDuration } from '../../../../../guest-agent/grammar/duration.ts';
import type { ProjectService } from '../../../compose/file/project.ts';
import type { Warn } from '../generated.ts';
import type { WorkloadParts } from '../workload.ts';

/** `deploy.update_config` as the strategy of a Deployment. */
export function rolloutOf(
  { deploy }: ProjectService,
  sharesVolume: boolean,
  warn: Warn,
): WorkloadParts['rollout'] {
  // A claim can be mounted on one node only, so the old pod must end first.
  if (sharesVolume) return { strategy: { type: 'Recreate' } };
  const config = deploy?.update_config;
  if (config === undefined) return {};
  const {
    parallelism = 1,
    delay,
    order = 'stop-first',
    failure_action,
    max_failure_ratio,
  } = config;
  if (failure_action !== undefined && failure_action !== 'pause') {
    warn(`a failed rollout stops; to go back, use \`kubectl rollout undo\``);
  }
  if (max_failure_ratio) warn('update_config.max_failure_ratio is omitted');
  const step = parallelism === 0 ? '100%' : parallelism;
  const rollingUpdate =
    order === 'start-first'
      ? { maxSurge: step, maxUnavailable: 0 }
      : { maxSurge: 0, maxUnavailable: step };
  const seconds = Math.ceil((parseDuration(delay ?? '0s') ?? 0) / 1e9);
  return {
    strategy: { type: 'RollingUpdate', rollingUpdate },
    ...(seconds > 0 ? { minReadySeconds: seconds } : {}),
  };
}
