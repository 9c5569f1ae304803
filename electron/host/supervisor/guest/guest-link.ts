import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { looksOnHeader } from '../../../../guest-agent/contract/endpoints/activity.ts';
import { guestPaths } from '../../../../guest-agent/contract/paths.ts';
import { loggerOf } from '../../base/log.ts';
import { Retries } from '../../base/retries.ts';
import { exec, openStreamlocal } from '../bridge/channels.ts';
import type { Bridge } from '../bridge/connection.ts';
import type { SwitchedSocket } from '../bridge/switched-socket.ts';

const log = loggerOf('guest');

const retryDelayMs = 150;
/** The connection breaks when the VM shuts down. */
const waitTimes = { firstMs: retryDelayMs, longestMs: 2_000, level: 'debug' } as const;
/** A ping without an answer is repeated after this time. */
const pingPatienceMs = 30_000;
const restartPatienceMs = 30_000;
const logTailLines = 15;
const logPatienceMs = 5_000;

const openEngine = (bridge: Bridge) => openStreamlocal(bridge, guestPaths.engineSocket);

/** A listening socket, not one left by a killed agent: `unix_seq_show` in Linux. */
const listens = `grep -q ' 00010000 0001 01 .* ${guestPaths.engineSocket}$' /proc/net/unix`;

/**
 * Runs in the VM for at most ten seconds. One waiting command costs less than many attempts, each
 * of which sshd would report on the console.
 */
const untilEngineListens = `until { [ -S ${guestPaths.engineSocket} ] && ${listens}; } || [ $((tries += 1)) -gt 500 ]; do usleep 20000; done`;

/** Waits until the engine answers `/_ping`; rejects when `signal` aborts. */
export async function waitForEngine(bridge: Bridge, signal: AbortSignal): Promise<void> {
  const retries = new Retries(log, 'Waiting for the engine', waitTimes);
  for (;;) {
    // A connection that breaks here is restored, and the next attempts notice that.
    try {
      await exec(bridge, untilEngineListens);
    } catch (error) {
      await retries.failed(error, signal);
    }
    if (await pingEngine(bridge, AbortSignal.any([signal, AbortSignal.timeout(pingPatienceMs)])))
      return;
    await sleep(retryDelayMs, undefined, { signal });
  }
}

const pingRequest = [
  'GET /_ping HTTP/1.1',
  'Host: berth',
  `${looksOnHeader}: 1`,
  'Connection: close',
  '\r\n',
].join('\r\n');

/** Whether the engine answers before `signal` aborts. Never rejects. */
export async function pingEngine(bridge: Bridge, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  const ask = async () => {
    const channel = await openEngine(bridge);
    // An ssh2 channel ends only after it was read to the end.
    const leave = () => channel.destroy() && channel.resume();
    channel.on('error', () => {});
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave);
    try {
      channel.write(pingRequest);
      let reply = '';
      for await (const chunk of channel) reply += chunk;
      return /^HTTP\/1\.[01] 200 /.test(reply);
    } finally {
      signal.removeEventListener('abort', leave);
      leave();
    }
  };
  // A hanging VM doesn't even refuse the channel.
  const given = once(signal, 'abort').then(() => false);
  return (await log.attempt('Asking the engine', Promise.race([ask(), given]))) ?? false;
}

/**
 * Connects to the engine. While the engine restarts, callers wait instead of failing; all of them
 * share one command.
 */
function engineOpener(bridge: Bridge): () => Promise<Duplex> {
  let back: Promise<unknown> | undefined;
  return async () => {
    const deadline = Date.now() + restartPatienceMs;
    for (;;) {
      await back;
      try {
        return await openEngine(bridge);
      } catch (error) {
        if (!bridge.client || Date.now() > deadline) throw error;
      }
      back ??= log
        .attempt('Waiting for the engine', exec(bridge, untilEngineListens))
        .then(() => sleep(retryDelayMs))
        .finally(() => {
          back = undefined;
        });
    }
  };
}

/** The last lines of the engine's log; empty if the VM is silent. */
export async function engineLogTail(bridge: Bridge): Promise<string[]> {
  const reading = log.attempt(
    "Reading the engine's log",
    exec(bridge, `tail -n ${logTailLines} ${guestPaths.agentLog}`),
  );
  const found = await Promise.race([reading, sleep(logPatienceMs, undefined, { ref: false })]);
  return (found?.stdout ?? '').split('\n').filter((line) => line !== '');
}

/**
 * Serves the engine's socket on the host while the engine is reachable: the socket disappears with
 * the connection and comes back with it. `ended` resolves after `signal` aborts and the socket is
 * gone.
 */
export async function serveEngine(
  bridge: Bridge,
  socket: SwitchedSocket,
  signal: AbortSignal,
): Promise<{ readonly ended: Promise<void> }> {
  let serving = await serveOnce(bridge, socket);
  const keepServing = async () => {
    const retries = new Retries(log, "Serving the engine's socket");
    for (;;) {
      await serving.closed;
      while (!signal.aborted) {
        try {
          if (!bridge.client) await once(bridge.events, 'up', { signal });
          await waitForEngine(bridge, signal);
          serving = await serveOnce(bridge, socket);
          retries.succeeded();
          break;
        } catch (error) {
          await retries.failed(error, signal);
        }
      }
      if (signal.aborted) return;
    }
  };
  return { ended: keepServing() };
}

async function serveOnce(
  bridge: Bridge,
  socket: SwitchedSocket,
): Promise<{ readonly closed: Promise<void> }> {
  const serving = await socket.lead(engineOpener(bridge));
  if (!bridge.client) return { closed: serving.close() };
  const closed = new Promise<void>((resolve) => {
    // Immediately: a truncated reply must not look complete.
    bridge.events.once('down', () => {
      const failed = (error: unknown) => log.warn("Closing the engine's socket", error);
      serving.close().catch(failed).finally(resolve);
    });
  });
  return { closed };
}

/**
 * Serves the socket of the engine's Kubernetes API on the host. The socket disappears when `signal`
 * aborts.
 */
export async function serveKube(
  bridge: Bridge,
  socket: SwitchedSocket,
  signal: AbortSignal,
): Promise<{ readonly ended: Promise<void> }> {
  const serving = await socket.lead(() => openKube(bridge, signal));
  const over = signal.aborted ? Promise.resolve() : once(signal, 'abort');
  return { ended: over.then(() => serving.close()) };
}

/** While the engine restarts, callers wait instead of failing. */
async function openKube(bridge: Bridge, signal: AbortSignal): Promise<Duplex> {
  const deadline = Date.now() + restartPatienceMs;
  for (;;) {
    try {
      return await openStreamlocal(bridge, guestPaths.kubeSocket);
    } catch (error) {
      if (!bridge.client || Date.now() > deadline) throw error;
    }
    await sleep(retryDelayMs, undefined, { signal });
  }
}
