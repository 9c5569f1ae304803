import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ClockRequest, clockReplySchema } from '../../../../guest-agent/contract/clock.ts';
import { guestPaths } from '../../../../guest-agent/contract/paths.ts';
import type { Bridge } from '../bridge/connection.ts';
import { keepChannel } from '../bridge/keep-channel.ts';

/** The interval between comparisons, and between checks of the host's clock. */
const intervalMs = 10_000;
const tickMs = 2_000;
/**
 * The allowed lag and lead of the VM's clock. Setting a clock back disturbs more than setting it
 * forward.
 */
const toleratedLagMs = 200;
const toleratedLeadMs = 1_000;
/** A slower reply is too imprecise, and may come from a VM that was paused. */
const longestRoundTripMs = 1_000;

/**
 * Keeps the VM's clock in step with the host's until `signal` aborts: after the host's sleep, a
 * pause of the VM, or when an emulated VM falls behind. Calls `onRight` each time that the clock is
 * right.
 */
export function keepGuestClock(
  bridge: Bridge,
  signal: AbortSignal,
  onRight: () => void = () => {},
): Promise<void> {
  const serve = (channel: Duplex) => follow(channel, signal, onRight);
  return keepChannel(bridge, guestPaths.clock, serve, signal);
}

async function follow(channel: Duplex, signal: AbortSignal, onRight: () => void): Promise<void> {
  const lines = createInterface({ input: channel });
  channel.once('close', () => lines.close());
  const replies = lines[Symbol.asyncIterator]();
  let step = 0;
  for (;;) {
    const sent = Date.now();
    const request: ClockRequest = { step };
    channel.write(`${JSON.stringify(request)}\n`);
    const reply = await replies.next();
    if (reply.done) return;
    const { now } = clockReplySchema.parse(JSON.parse(reply.value));
    const compared = { sent, received: Date.now(), now };
    step = stepFor(compared);
    const isSure = step === 0 && compared.received - sent <= longestRoundTripMs;
    if (!isSure) continue;
    onRight();
    await untilDue(signal);
  }
}

/**
 * The number of milliseconds to set the VM's clock forward; 0 if that isn't needed or the reply was
 * too slow. `sent` and `received` are the host's time.
 */
export function stepFor({
  sent,
  received,
  now,
}: {
  readonly sent: number;
  readonly received: number;
  readonly now: number;
}): number {
  const doubt = (received - sent) / 2;
  const lag = Math.round(sent + doubt - now);
  // The host's clock was set meanwhile.
  if (doubt < 0) return 0;
  return lag > toleratedLagMs + doubt || -lag > toleratedLeadMs + doubt ? lag : 0;
}

/** Resolves when the interval is over, or when the host has slept or its clock was set. */
async function untilDue(signal: AbortSignal): Promise<void> {
  for (let waited = 0; waited < intervalMs; waited += tickMs) {
    const before = Date.now();
    await sleep(tickMs, undefined, { signal, ref: false });
    if (Math.abs(Date.now() - before - tickMs) > toleratedLeadMs) return;
  }
}
