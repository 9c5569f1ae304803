import { NETWORK_RATE_LABEL } from '../../../contract/labels.ts';
import { EngineError } from '../../../errors.ts';
import type { TrafficLimit } from '../../../network/traffic-limit.ts';

/** Bits a second. */
const units: Readonly<Record<string, number>> = { kbit: 1e3, mbit: 1e6, gbit: 1e9 };

/** Less would not let a connection come about in any useful time. */
const SLOWEST = 8e3;
const FASTEST = 100e9;

/**
 * Reads "10mbit" (both ways) or "egress=5mbit,ingress=20mbit" (one of them is enough). Throws
 * EngineError 'invalid'.
 */
export function parseNetworkRate(text: string): TrafficLimit {
  if (!text.includes('=')) {
    const rate = parseRate(text, text);
    return { egress: rate, ingress: rate };
  }
  const limit: { egress: number | undefined; ingress: number | undefined } = {
    egress: undefined,
    ingress: undefined,
  };
  for (const part of text.split(',')) {
    const [, direction, rate = ''] = /^(egress|ingress)=(.*)$/.exec(part) ?? [];
    if ((direction !== 'egress' && direction !== 'ingress') || limit[direction] !== undefined) {
      throw invalid(text);
    }
    limit[direction] = parseRate(rate, text);
  }
  return limit;
}

/** The limit that a container's labels ask for. */
export function networkRate(labels: Readonly<Record<string, string>>): TrafficLimit | undefined {
  const text = labels[NETWORK_RATE_LABEL];
  return text === undefined ? undefined : parseNetworkRate(text);
}

function parseRate(rate: string, text: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)(kbit|mbit|gbit)$/.exec(rate) ?? [];
  const bits = Math.round(Number(number) * (units[unit] ?? Number.NaN));
  if (!(bits >= SLOWEST && bits <= FASTEST)) throw invalid(text);
  return bits;
}

function invalid(text: string): EngineError {
  return new EngineError(
    'invalid',
    `invalid ${NETWORK_RATE_LABEL} "${text}": expected a rate from 8kbit to 100gbit, as in 10mbit or egress=5mbit,ingress=20mbit`,
  );
}
