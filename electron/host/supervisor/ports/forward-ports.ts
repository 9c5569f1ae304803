import { once } from 'node:events';
import type { LocalPort } from '../../../../guest-agent/contract/host-ports.ts';
import type { PublishedPort } from '../../../api/ports.ts';
import { loggerOf } from '../../base/log.ts';
import { Retries } from '../../base/retries.ts';
import { takeTurns } from '../../base/take-turns.ts';
import { readOnChange } from '../../engine/changes.ts';
import type { EngineClient } from '../../engine/connection/client.ts';
import { listContainers } from '../../engine/containers.ts';
import type { MachineAddress } from '../../machine/protocol.ts';
import { openTcp, openUdp } from '../bridge/channels.ts';
import type { Bridge } from '../bridge/connection.ts';
import type { ServedDomains } from '../domains/serve-domains.ts';
import type { MachineForward } from '../machine.ts';
import { localOutcomes, wantedLocalPorts } from './local-ports.ts';
import { PublishedPorts } from './published-ports.ts';
import { firstRefusal } from './refusal.ts';
import { PortsReport } from './report.ts';
import { directRoute, plainRoute } from './route.ts';
import { wantedPorts } from './wanted.ts';

const log = loggerOf('ports');

export interface PortForwarding {
  /** Resolves when all currently published ports were opened or have failed. */
  refresh(): Promise<void>;
  /** Resolves after the signal aborts and all ports are closed. */
  readonly ended: Promise<void>;
}

interface ForwardingOptions {
  readonly bridge: Bridge;
  readonly engine: EngineClient;
  /** A faster path for TCP than the bridge, if the VM offers one. */
  readonly forward?: ((target: MachineAddress) => Promise<MachineForward>) | undefined;
  /** Other ports for containers; published ports take precedence. */
  readonly domains?: ServedDomains | undefined;
  /** Called when a port was opened or closed, or couldn't be opened. */
  readonly onChange: (ports: PublishedPort[]) => void;
  /**
   * Aborts when the VM begins to stop. The engine isn't asked any more, because its socket would
   * wake the VM.
   */
  readonly ending: AbortSignal;
  readonly signal: AbortSignal;
}

/** The retry interval while the engine is unavailable. */
const retryTimes = { firstMs: 250, longestMs: 3_000 };
/** The retry interval for ports that another program used. */
const problemDelayMs = 5_000;

/**
 * Opens containers' published ports on the host when they start, and closes them when they stop.
 * While the engine or its connection restarts, everything stays unchanged.
 */
export function forwardPorts(options: ForwardingOptions): PortForwarding {
  const { bridge, engine, forward, domains, onChange, signal } = options;
  const unasked = AbortSignal.any([options.ending, signal]);
  const ports = new PublishedPorts({
    tcp: ({ target, reachable }) => {
      const tunnel = () => openTcp(bridge, target.host, target.port);
      return forward && reachable ? directRoute(() => forward(target), tunnel) : plainRoute(tunnel);
    },
    udp: ({ target }) => plainRoute(() => openUdp(bridge, target)),
  });
  let local: readonly LocalPort[] = [];
  const report = new PortsReport(bridge, {
    refusal: (asked) => firstRefusal(asked, () => refresh(asked.map(({ hostPort }) => hostPort))),
    onLocal(wanted) {
      local = wanted;
      void log.attempt('Opening ports of the VM', refresh());
    },
  });
  let told = '[]';
  const inTurn = takeTurns();

  /**
   * One refresh at a time, each with the ports that are published, or about to be, when it begins.
   */
  const refresh = (coming: readonly number[] = []): Promise<void> =>
    inTurn(async () => {
      if (unasked.aborted) return;
      const containers = await listContainers(engine);
      if (signal.aborted) return;
      const wanted = [...wantedPorts(containers), ...wantedLocalPorts(local)];
      const taken = new Set([...wanted.map(({ port }) => port), ...coming]);
      await domains?.makeWay(taken);
      await ports.apply(wanted);
      const list = ports.list();
      const ids = wanted.map(({ containerId }) => containerId).filter((id) => id !== '');
      await report.send({
        containers: [...new Set(ids)],
        ...(local.length > 0 && { local: localOutcomes(local, list) }),
      });
      if (JSON.stringify(list) !== told) {
        told = JSON.stringify(list);
        onChange(list);
      }
      await domains?.apply(containers, taken);
    });

  const follow = async (): Promise<void> => {
    const retries = new Retries(log, 'Opening the ports of containers', retryTimes);
    while (!unasked.aborted) {
      try {
        const changes = readOnChange(engine, 'container', () => refresh(), unasked);
        for await (const _ of changes) retries.succeeded();
      } catch (error) {
        await retries.failed(error, unasked);
      }
    }
    clearInterval(retry);
    if (!signal.aborted) await once(signal, 'abort');
    // Wait for running requests first.
    await inTurn(async () => report.close());
    await Promise.all([ports.apply([]), domains?.close()]);
  };

  const retry = setInterval(() => {
    if (!ports.list().some(({ problem }) => problem)) return;
    void log.attempt('Opening ports again', refresh());
  }, problemDelayMs);
  return { refresh: () => refresh(), ended: follow() };
}
