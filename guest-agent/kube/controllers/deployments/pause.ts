import type { Deployment } from 'kubernetes-types/apps/v1.js';
import type { ObjectKey, Stored } from '../../objects/kube-object.ts';
import type { Objects } from '../../objects/objects.ts';
import { deployments } from '../../objects/resources.ts';
import { conditionOf } from '../conditions.ts';
import { deadlineOf } from './progress.ts';
import { setCondition } from './status.ts';

const PAUSED = 'DeploymentPaused';

/** The Deployment, with the condition that a pause stops the clock of its deadline. */
export function withPause(
  objects: Objects,
  key: ObjectKey,
  now: number,
): Promise<Stored<Deployment> | undefined> {
  return objects.change(deployments, key, (deployment) => {
    if (deadlineOf(deployment) === undefined) return deployment;
    const { conditions } = deployment.status ?? {};
    const current = conditionOf(conditions, 'Progressing');
    if (current?.reason === 'ProgressDeadlineExceeded') return deployment;
    const isPaused = deployment.spec?.paused === true;
    if (isPaused === (current?.reason === PAUSED)) return deployment;
    const next = isPaused
      ? { reason: PAUSED, message: 'Deployment is paused' }
      : { reason: 'DeploymentResumed', message: 'Deployment is resumed' };
    const condition = { type: 'Progressing', status: 'Unknown', ...next };
    const status = { ...deployment.status, conditions: setCondition(conditions, condition, now) };
    return { ...deployment, status };
  });
}
