import type { Job, PodFailurePolicyRule } from 'kubernetes-types/batch/v1.js';
import type { Pod } from 'kubernetes-types/core/v1.js';
import type { Stored } from '../../objects/kube-object.ts';

export interface PolicyMatch {
  readonly action: string;
  readonly message: string;
}

/** What a Job's policy says about a failed pod: the first rule that matches counts. */
export function policyFor({ spec }: Job, pod: Stored<Pod>): PolicyMatch | undefined {
  for (const [index, rule] of (spec?.podFailurePolicy?.rules ?? []).entries()) {
    const what = matchOf(rule, pod);
    if (what === undefined) continue;
    return {
      action: rule.action,
      message: `${what} matching ${rule.action} rule at index ${index}`,
    };
  }
  return undefined;
}

function matchOf(rule: PodFailurePolicyRule, pod: Stored<Pod>): string | undefined {
  return rule.onExitCodes ? exitCodeMatch(rule.onExitCodes, pod) : conditionMatch(rule, pod);
}

function exitCodeMatch(
  { containerName, operator, values }: NonNullable<PodFailurePolicyRule['onExitCodes']>,
  { status, metadata }: Stored<Pod>,
): string | undefined {
  const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  for (const { name, state } of statuses) {
    const exitCode = state?.terminated?.exitCode;
    const isOther = containerName !== undefined && containerName !== name;
    if (isOther || exitCode === undefined || exitCode === 0) continue;
    if (values.includes(exitCode) !== (operator === 'In')) continue;
    const pod = `${metadata.namespace}/${metadata.name}`;
    return `Container ${name} for pod ${pod} failed with exit code ${exitCode}`;
  }
  return undefined;
}

function conditionMatch(
  { onPodConditions = [] }: PodFailurePolicyRule,
  { status, metadata }: Stored<Pod>,
): string | undefined {
  const found = onPodConditions.find((pattern) =>
    status?.conditions?.some(
      (condition) =>
        condition.type === pattern.type && condition.status === (pattern.status ?? 'True'),
    ),
  );
  return found && `Pod ${metadata.namespace}/${metadata.name} has condition ${found.type}`;
}
