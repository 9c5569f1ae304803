import { containerDomains } from '../../../../guest-agent/contract/host-names.ts';
import type { Domains } from '../../../api/domains.ts';
import type { Settings } from '../../../api/settings.ts';
import type { EngineClient } from '../../engine/connection/client.ts';
import type { ContainerSummary } from '../../engine/container-schemas.ts';
import { listNetworks } from '../../engine/networks.ts';
import { openTcp } from '../bridge/channels.ts';
import type { Bridge } from '../bridge/connection.ts';
import { BridgeAgent } from '../bridge/http-agent.ts';
import {
  createLocalNames,
  type LocalNames,
  type PublishingCommand,
  publishingCommands,
} from './local-names.ts';
import { domainPorts, type LoopbackPort, openLoopbackPort } from './loopback-port.ts';
import { createDomainProxy } from './proxy.ts';
import { type WantedDomain, wantedDomains } from './wanted-domains.ts';

/** The web addresses of containers on the host. One call at a time. */
export interface ServedDomains {
  /** Frees a port that a container is about to use. */
  makeWay(ports: ReadonlySet<number>): Promise<void>;
  /** Serves exactly these containers. */
  apply(containers: readonly ContainerSummary[], taken: ReadonlySet<number>): Promise<void>;
  close(): Promise<void>;
}

interface DomainsOptions {
  readonly bridge: Bridge;
  readonly engine: EngineClient;
  /** Read again for each change. */
  readonly setting: () => Promise<Settings['containerNames']>;
  /** Called when the served domains or their port change; undefined when none are served. */
  readonly onChange: (domains: Domains | undefined) => void;
  /** In the order of preference. */
  readonly ports?: readonly number[];
  readonly publishing?: PublishingCommand | undefined;
}

/**
 * The port is open only while a container has something to serve, and doesn't change in that time,
 * so that open browser pages keep working.
 */
export function serveDomains(options: DomainsOptions): ServedDomains {
  const { bridge, engine, onChange, ports = domainPorts } = options;
  const { publishing = publishingCommands[process.platform] } = options;
  let served: readonly WantedDomain[] = [];
  let opened: LoopbackPort | undefined;
  let local: LocalNames | undefined;
  let reported: string | undefined;
  /** Whether containers also have addresses in `.local`. */
  let isLocal = false;

  const list = (port: number): Domains => ({
    port,
    list: served.map(({ containerId, containerName, names }) => ({
      ...{ containerId, containerName },
      urls: [
        ...names
          .filter((name) => local?.published.has(name))
          .map((name) => urlOf(name, 'local', port)),
        ...names.map((name) => urlOf(name, 'localhost', port)),
      ],
    })),
  });
  const report = () => {
    const domains = opened && list(opened.port);
    const text = JSON.stringify(domains);
    if (text === reported) return;
    reported = text;
    onChange(domains);
  };
  const closePort = async () => {
    const closing = opened;
    opened = undefined;
    await closing?.close();
  };
  const http = createDomainProxy({
    agent: new BridgeAgent(bridge),
    open: ({ host, port }) => openTcp(bridge, host, port),
    domains: () => served,
    suffixes: () => [containerDomains.localhost, ...(isLocal ? [containerDomains.local] : [])],
    urls: () => (opened ? list(opened.port).list.flatMap(({ urls }) => urls.slice(0, 1)) : []),
  });

  /** Most container events don't affect web ports and need no work. */
  const find = async (containers: readonly ContainerSummary[]) => {
    const all = wantedDomains(containers, new Set());
    if (all.length === 0) return [];
    const internal = (await listNetworks(engine)).filter(({ Internal }) => Internal);
    return wantedDomains(containers, new Set(internal.map(({ Name }) => Name)));
  };

  return {
    async makeWay(taken) {
      if (opened && taken.has(opened.port)) await closePort();
    },
    async apply(containers, taken) {
      const setting = await options.setting();
      served = setting === 'off' ? [] : await find(containers);
      const free = ports.filter((port) => !taken.has(port));
      if (served.length === 0) await closePort();
      else opened ??= await openLoopbackPort(http, free);
      isLocal = setting === 'local';
      if (isLocal && publishing) local ??= createLocalNames(publishing, report);
      local?.publish(isLocal ? served.flatMap(({ names }) => names) : []);
      report();
    },
    async close() {
      served = [];
      await Promise.all([closePort(), local?.close()]);
      report();
    },
  };
}

function urlOf(name: string, domain: keyof typeof containerDomains, port: number): string {
  return `http://${name}.${containerDomains[domain]}${port === 80 ? '' : `:${port}`}`;
}
