import { GrammarError } from './grammar-error.ts';

/** The label that limits a container's network traffic. Docker has no such limit. */
export const NETWORK_RATE_LABEL = 'berth.network.rate';

/** Bits per second; undefined for no limit. */
export interface NetworkRate {
  readonly egress: number | undefined;
  readonly ingress: number | undefined;
}

const UNITS: Readonly<Record<string, number>> = { kbit: 1e3, mbit: 1e6, gbit: 1e9 };

/** With less, a connection takes too long to be useful. */
const SLOWEST = 8e3;
const FASTEST = 100e9;

/** Reads "10mbit" (both directions) or "egress=5mbit,ingress=20mbit" (one direction is enough). */
export function parseNetworkRate(text: string): NetworkRate {
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

/** Undefined without limits. */
export function formatNetworkRate({ egress, ingress }: Partial<NetworkRate>): string | undefined {
  const parts = [
    ...(egress === undefined ? [] : [`egress=${egress / 1e6}mbit`]),
    ...(ingress === undefined ? [] : [`ingress=${ingress / 1e6}mbit`]),
  ];
  return parts.length > 0 ? parts.join(',') : undefined;
}

function parseRate(rate: string, text: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)(kbit|mbit|gbit)$/.exec(rate) ?? [];
  const bits = Math.round(Number(number) * (UNITS[unit] ?? Number.NaN));
  if (!(bits >= SLOWEST && bits <= FASTEST)) throw invalid(text);
  return bits;
}

const invalid = (text: string) =>
  new GrammarError(
    `invalid ${NETWORK_RATE_LABEL} "${text}": expected a rate from 8kbit to 100gbit, e.g. 10mbit or egress=5mbit,ingress=20mbit`,
    { field: 'networkOut' },
  );
