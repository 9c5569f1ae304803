import type { PodSpec } from 'kubernetes-types/core/v1.js';
import { parseQuantity } from './quantity.ts';

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

const COUNTED = ['cpu', 'memory'] as const;

/** The quality of service that a pod's requests and limits give it. */
export function qosClass({ containers, initContainers = [] }: PodSpec): QosClass {
  const amounts = [...initContainers, ...containers].flatMap(({ resources }) =>
    COUNTED.map((name) => {
      const limit = positiveAmount(resources?.limits?.[name]);
      return { limit, request: positiveAmount(resources?.requests?.[name]) ?? limit };
    }),
  );
  if (amounts.every(({ request }) => request === undefined)) return 'BestEffort';
  const isGuaranteed = amounts.every(
    ({ limit, request }) => limit !== undefined && limit === request,
  );
  return isGuaranteed ? 'Guaranteed' : 'Burstable';
}

/** Undefined for nothing, and for 0, which doesn't count as a request or limit. */
export function positiveAmount(quantity: string | undefined): number | undefined {
  const amount = quantity === undefined ? undefined : parseQuantity(quantity);
  return amount === undefined || amount <= 0 ? undefined : amount;
}
