import { run } from '../runtime/process/program.ts';

/** In bits per second. Undefined means no limit. */
export interface TrafficLimit {
  /** Traffic that the container sends. */
  readonly egress: number | undefined;
  /** Traffic that the container receives. */
  readonly ingress: number | undefined;
}

/** With its path, since busybox's `nsenter` would run busybox's own `tc`. */
const program = '/usr/sbin/tc';

/** How long a packet can wait before it is dropped. */
const LATENCY = '50ms';

/** A smaller bucket would not hold the large packets that network cards split. */
const SMALLEST_BURST = 64 * 1024;

/**
 * Limits the traffic of a container's interface with a token bucket at each end of the pair. Both
 * are removed with the interface.
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
  // The traffic of ten milliseconds, which is the tick of a slow kernel clock.
  const burst = Math.max(SMALLEST_BURST, Math.ceil(rate / 8 / 100));
  return [
    ...['qdisc', 'replace', 'dev', device, 'root', 'tbf'],
    ...['rate', `${rate}bit`, 'burst', `${burst}`, 'latency', LATENCY],
  ];
}
