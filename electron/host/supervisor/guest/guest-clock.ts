import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ClockRequest, clockReplySchema } from '../../../../guest-agent/contract/clock.ts';
import { guestPaths } from '../../../../guest-agent/contract/paths.ts';
import type { Bridge } from '../bridge/connection.ts';
import { keepChannel } from '../bridge/keep-channel.ts';

/** How long the clocks are left alone between comparisons, and how often this one is looked at. */
const intervalMs = 10_000;
const tickMs = 2_000;
/** What the guest's clock may lag, or run ahead: to go back disturbs more than to skip. */
const toleratedLagMs = 200;
const toleratedLeadMs = 1_000;
/** A reply that took longer says too little, and a machine that was stopped has just come back. */
const longestRoundTripMs = 1_000;

/**
 * Holds the guest's clock to this computer's until `signal` aborts: after a sleep or a stop of the
 * machine, and when an emulated machine falls behind. `onRight` is called each time that it is.
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
 * By how many milliseconds to put the guest's clock forward; 0 when that is not called for, or when
 * the reply took too long to tell. `sent` and `received` are this computer's time.
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
  // This computer's clock was set meanwhile.
  if (doubt < 0) return 0;
  return lag > toleratedLagMs + doubt || -lag > toleratedLeadMs + doubt ? lag : 0;
}

/** Resolves when the interval is over, or when this computer has slept or its clock was set. */
async function untilDue(signal: AbortSignal): Promise<void> {
  for (let waited = 0; waited < intervalMs; waited += tickMs) {
    const before = Date.now();
    await sleep(tickMs, undefined, { signal, ref: false });
    if (Math.abs(Date.now() - before - tickMs) > toleratedLeadMs) return;
  }
}
