import { randomBytes } from 'node:crypto';
import type { HeldNamespace } from '../../../network/held-namespace.ts';
import type { Engine } from '../../engine.ts';
import type { ContainerRecord } from '../record/container.ts';
import { attachEndpoint, detachEndpoint } from './attach-endpoint.ts';
import { releaseAll, takeAll } from './join-networks.ts';
import { connectAlone, type RunNetwork } from './run-network.ts';

/** What is kept for later runs: how many namespaces, and for how many milliseconds. */
const KEPT = { count: 16, milliseconds: 2 * 60_000 };

/** A namespace that is connected to the default network. */
interface Connected {
  /** Describes the connection. Its ID isn't a container's. */
  readonly record: ContainerRecord;
  readonly namespace: HeldNamespace;
  timer?: NodeJS.Timeout;
  /** Whether its time was over while a run looked at the namespace. */
  isOver?: boolean;
}

/**
 * Networks for the `RUN`s of builds. Connecting a namespace takes as long as a short command, so a
 * connected namespace serves one run after the other. Only runs that can't change a namespace share
 * one, and no socket of one run is there in the next. All of it ends with the agent.
 */
export class RunNetworks {
  readonly #idle: Connected[] = [];
  readonly #kept: typeof KEPT;

  constructor(kept = KEPT) {
    this.#kept = kept;
  }

  /** See `ConnectRun`. */
  async connect(engine: Engine, record: ContainerRecord): Promise<RunNetwork> {
    if (!canShare(record)) return connectAlone(engine, record);
    const connected = (await this.#takeIdle(engine)) ?? (await open(engine, record));
    return {
      endpoints: connected.record.endpoints,
      namespace: connected.namespace.path,
      release: () => this.#giveBack(engine, connected),
    };
  }

  async #takeIdle(engine: Engine): Promise<Connected | undefined> {
    // Each is looked at once. Those with sockets wait for a later run, or until they are closed.
    const used: Connected[] = [];
    try {
      for (let last = this.#idle.pop(); last !== undefined; last = this.#idle.pop()) {
        used.push(last);
        if (!(await last.namespace.isUnused())) continue;
        used.pop();
        clearTimeout(last.timer);
        return last;
      }
      return undefined;
    } finally {
      this.#idle.unshift(...used.filter(({ isOver }) => !isOver));
      for (const each of used) if (each.isOver) this.#end(engine, each);
    }
  }

  async #giveBack(engine: Engine, connected: Connected): Promise<void> {
    if (this.#idle.length >= this.#kept.count) return close(engine, connected);
    connected.isOver = false;
    connected.timer = setTimeout(() => {
      const place = this.#idle.indexOf(connected);
      // Without a place, a run is just looking at the namespace.
      connected.isOver = place === -1;
      if (connected.isOver) return;
      this.#idle.splice(place, 1);
      this.#end(engine, connected);
    }, this.#kept.milliseconds);
    connected.timer.unref();
    this.#idle.push(connected);
  }

  #end(engine: Engine, connected: Connected): void {
    close(engine, connected).catch((error) => engine.log('closing a network of builds', error));
  }
}

/** Whether the run is on the default network, and has no rights that change a namespace. */
function canShare({ hostConfig: host, config, endpoints }: ContainerRecord): boolean {
  const [only, ...more] = Object.entries(endpoints);
  return (
    host.NetworkMode === 'bridge' &&
    more.length === 0 &&
    (only === undefined || (only[0] === 'bridge' && isPlain(only[1]))) &&
    !host.Privileged &&
    !host.PublishAllPorts &&
    [host.CapAdd, host.SecurityOpt, host.Dns, host.Links].every((list) => list.length === 0) &&
    [host.Sysctls, host.PortBindings, config.Labels].every((map) => Object.keys(map).length === 0)
  );
}

function isPlain({
  askedAddress,
  askedAddress6,
  askedMacAddress,
}: ContainerRecord['endpoints'][string]): boolean {
  return askedAddress === '' && askedAddress6 === '' && askedMacAddress === '';
}

async function open(engine: Engine, run: ContainerRecord): Promise<Connected> {
  const id = randomBytes(32).toString('hex');
  const record = takeAll(engine, { ...run, id, name: id.slice(0, 12) });
  let namespace: HeldNamespace | undefined;
  try {
    namespace = await engine.networks.driver.holdNamespace();
    for (const name of Object.keys(record.endpoints)) {
      await attachEndpoint(engine, record, name, namespace.path);
    }
    return { record, namespace };
  } catch (error) {
    await namespace?.close();
    releaseAll(engine, record);
    throw error;
  }
}

async function close(engine: Engine, { record, namespace }: Connected): Promise<void> {
  try {
    for (const name of Object.keys(record.endpoints)) {
      await detachEndpoint(engine, record, name, namespace.path);
    }
  } finally {
    await namespace.close();
    releaseAll(engine, record);
  }
}
