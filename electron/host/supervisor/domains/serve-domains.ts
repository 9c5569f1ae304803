import { containerDomains } from '../../../../guest-agent/contract/host-names.ts';
import type { Sites } from '../../../api/domains.ts';
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
import { type Door, doorPorts, openDoor } from './loopback-port.ts';
import { createSiteProxy } from './proxy.ts';
import { type WantedSite, wantedSites } from './wanted-domains.ts';

/** Containers' web servers on this computer. One call at a time. */
export interface ServedSites {
  /** Lets go of a port that a container is about to have. */
  makeWay(ports: ReadonlySet<number>): Promise<void>;
  /** From now on, these containers are served. */
  apply(containers: readonly ContainerSummary[], taken: ReadonlySet<number>): Promise<void>;
  close(): Promise<void>;
}

interface SitesOptions {
  readonly bridge: Bridge;
  readonly engine: EngineClient;
  /** Read anew for each change. */
  readonly setting: () => Promise<Settings['containerNames']>;
  /** Told each time that what is served, or where, has changed; undefined: nothing is. */
  readonly onChange: (sites: Sites | undefined) => void;
  /** In the order in which they are tried. */
  readonly ports?: readonly number[];
  readonly publishing?: PublishingCommand | undefined;
}

/**
 * A port is open only while a container has something to serve there, and stays the same for as long:
 * what is open in a browser should not move.
 */
export function serveSites(options: SitesOptions): ServedSites {
  const { bridge, engine, onChange, ports = doorPorts } = options;
  const { publishing = publishingCommands[process.platform] } = options;
  let served: readonly WantedSite[] = [];
  let door: Door | undefined;
  let local: LocalNames | undefined;
  let told: string | undefined;

  const list = (port: number): Sites => ({
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
  const tell = () => {
    const sites = door && list(door.port);
    const text = JSON.stringify(sites);
    if (text === told) return;
    told = text;
    onChange(sites);
  };
  const closeDoor = async () => {
    const closing = door;
    door = undefined;
    await closing?.close();
  };
  const http = createSiteProxy({
    agent: new BridgeAgent(bridge),
    open: ({ host, port }) => openTcp(bridge, host, port),
    sites: () => served,
    urls: () => (door ? list(door.port).list.flatMap(({ urls }) => urls.slice(0, 1)) : []),
  });

  /** Most changes of containers concern none with a port for the web: then nothing is asked. */
  const find = async (containers: readonly ContainerSummary[]) => {
    const all = wantedSites(containers, new Set());
    if (all.length === 0) return [];
    const internal = (await listNetworks(engine)).filter(({ Internal }) => Internal);
    return wantedSites(containers, new Set(internal.map(({ Name }) => Name)));
  };

  return {
    async makeWay(taken) {
      if (door && taken.has(door.port)) await closeDoor();
    },
    async apply(containers, taken) {
      const setting = await options.setting();
      served = setting === 'off' ? [] : await find(containers);
      const free = ports.filter((port) => !taken.has(port));
      if (served.length === 0) await closeDoor();
      else door ??= await openDoor(http, free);
      if (setting === 'local' && publishing) local ??= createLocalNames(publishing, tell);
      local?.publish(setting === 'local' ? served.flatMap(({ names }) => names) : []);
      tell();
    },
    async close() {
      served = [];
      await Promise.all([closeDoor(), local?.close()]);
      tell();
    },
  };
}

function urlOf(name: string, domain: keyof typeof containerDomains, port: number): string {
  return `http://${name}.${containerDomains[domain]}${port === 80 ? '' : `:${port}`}`;
}
