import { run } from '../runtime/process/program.ts';

/** Bits a second; undefined where there is no limit. */
export interface TrafficLimit {
  /** What the container sends. */
  readonly egress: number | undefined;
  /** What the container receives. */
  readonly ingress: number | undefined;
}

/** By its path: busybox, which is `nsenter` too, would run a `tc` of its own. */
const program = '/usr/sbin/tc';

/** How long a packet may wait for its turn before it is dropped. */
const LATENCY = '50ms';

/** Fewer bytes would not hold the large packets that network cards cut up. */
const SMALLEST_BURST = 64 * 1024;

/**
 * Limits what passes through one interface of a container, with a token bucket at each end of the
 * pair: both are gone with the interface.
 */
export async function limitTraffic(
  interfaces: { readonly namespace: string; readonly inside: string; readonly outside: string },
  limit: TrafficLimit,
): Promise<void> {
  const { namespace, inside, outside } = interfaces;
  if (limit.ingress !== undefined) await run(program, bucket(outside, limit.ingress));
  if (limit.egress !== undefined) {
    await run('nsenter', [`--net=${namespace}`, program, ...bucket(inside, limit.egress)]);
  }
}

function bucket(device: string, rate: number): string[] {
  // What comes in ten milliseconds, the time between two turns of a slow kernel clock.
  const burst = Math.max(SMALLEST_BURST, Math.ceil(rate / 8 / 100));
  return [
    ...['qdisc', 'replace', 'dev', device, 'root', 'tbf'],
    ...['rate', `${rate}bit`, 'burst', `${burst}`, 'latency', LATENCY],
  ];
}
