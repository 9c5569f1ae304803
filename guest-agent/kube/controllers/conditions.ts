import { timestamp } from '../objects/timestamp.ts';

/** What the conditions of all workloads have in common. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
  readonly lastUpdateTime?: string;
}

export function conditionOf<C extends Condition>(
  conditions: readonly C[] | undefined,
  type: string,
): C | undefined {
  return conditions?.find((condition) => condition.type === type);
}

export function isTrue(conditions: readonly Condition[] | undefined, type: string): boolean {
  return conditionOf(conditions, type)?.status === 'True';
}

/**
 * The conditions with one of them set. It stays as it is if its status and reason don't change, and
 * keeps the time of its transition if its status doesn't.
 */
export function withCondition<C extends Condition>(
  conditions: readonly C[] | undefined,
  condition: C,
  now: number,
): C[] {
  const current = conditionOf(conditions, condition.type);
  if (current?.status === condition.status && current.reason === condition.reason) {
    return [...(conditions ?? [])];
  }
  const lastTransitionTime =
    current?.status === condition.status && current.lastTransitionTime !== undefined
      ? current.lastTransitionTime
      : timestamp(now);
  return [...withoutCondition(conditions, condition.type), { ...condition, lastTransitionTime }];
}

export function withoutCondition<C extends Condition>(
  conditions: readonly C[] | undefined,
  type: string,
): C[] {
  return (conditions ?? []).filter((condition) => condition.type !== type);
}
