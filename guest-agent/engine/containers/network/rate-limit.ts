import { orInvalid } from '../../../errors.ts';
import { NETWORK_RATE_LABEL, parseNetworkRate } from '../../../grammar/network-rate.ts';
import type { TrafficLimit } from '../../../network/traffic-limit.ts';

/** The limit in a container's labels. Throws EngineError 'invalid'. */
export function networkRate(labels: Readonly<Record<string, string>>): TrafficLimit | undefined {
  const text = labels[NETWORK_RATE_LABEL];
  return text === undefined ? undefined : orInvalid(() => parseNetworkRate(text));
}
