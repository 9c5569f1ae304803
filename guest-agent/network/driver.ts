import { readdir } from 'node:fs/promises';
import { awaitedElsewhere } from '../errors.ts';
import { disableIpv6 } from './disable-ipv6.ts';
import { redirectNames } from './embedded-dns.ts';
import { guardSubnet, ownSubnet } from './guest-subnet.ts';
import { type HeldNamespace, holdNetworkNamespace } from './held-namespace.ts';
import { markInternal } from './internal-bridge.ts';
import { type LinkName, writeLinkNames } from './link-names.ts';
import {
  createNetworkNamespace,
  hasNetworkNamespace,
  removeNetworkNamespace,
} from './namespace.ts';
import { Netavark, type NetavarkEndpoint } from './netavark.ts';
import { limitTraffic } from './traffic-limit.ts';

/** Connects containers to networks. Tests replace the Linux implementation. */
export interface NetworkDriver {
  /** See `createNetworkNamespace`. */
  createNamespace(path: string): Promise<void>;
  hasNamespace(path: string): Promise<boolean>;
  /** See `holdNetworkNamespace`. */
  holdNamespace(): Promise<HeldNamespace>;
  /** Idempotent. */
  removeNamespace(path: string): Promise<void>;
  /** Names of the VM's network interfaces. */
  interfaces(): Promise<readonly string[]>;
  /** See `Netavark.setup`, and `disableIpv6`. */
  setup(namespace: string, endpoint: NetavarkEndpoint): Promise<void>;
  /** See `Netavark.teardown`. */
  teardown(namespace: string, endpoint: NetavarkEndpoint): Promise<void>;
  markInternal: typeof markInternal;
  limitTraffic: typeof limitTraffic;
  redirectNames: typeof redirectNames;
  ownSubnet: typeof ownSubnet;
  guardSubnet: typeof guardSubnet;
  /** See `writeLinkNames`. */
  writeLinkNames(id: string, names: readonly LinkName[]): Promise<void>;
}

/** The networks of this VM. netavark keeps its runtime state in `directory`. */
export function linuxNetworkDriver(directory: string): NetworkDriver {
  const netavark = new Netavark(directory);
  return {
    createNamespace: createNetworkNamespace,
    hasNamespace: hasNetworkNamespace,
    holdNamespace: holdNetworkNamespace,
    removeNamespace: removeNetworkNamespace,
    interfaces: () => readdir('/sys/class/net'),
    async setup(namespace, endpoint) {
      await netavark.setup(namespace, endpoint);
      if (endpoint.network.subnets.some(({ subnet }) => subnet.includes(':'))) return;
      try {
        await disableIpv6(namespace, endpoint.inside);
      } catch (error) {
        // The caller reports why.
        await netavark.teardown(namespace, endpoint).catch(awaitedElsewhere);
        throw error;
      }
    },
    teardown: (namespace, endpoint) => netavark.teardown(namespace, endpoint),
    writeLinkNames: (id, names) => writeLinkNames(directory, id, names),
    ...{ markInternal, limitTraffic, redirectNames, ownSubnet, guardSubnet },
  };
}
