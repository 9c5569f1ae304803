import type { LocalOutcome, LocalPort } from '../../../contract/host-ports.ts';
import type { HostPorts } from '../../../network/host-ports.ts';
import { Controller } from '../../controllers/controller.ts';
import type { Log } from '../log.ts';
import { NodeListeners } from './node-listeners.ts';

/** Where users open Services and Ingresses. */
const LOCALHOST = '127.0.0.1';

/** A port that a Service or an Ingress wants on the user's localhost. */
export interface WantedLocalPort {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  /** As seen from this node. */
  readonly target: LocalPort['target'];
}

/** What has become of a port; unknown until somebody has tried to open it. */
export type LocalPortState =
  | { readonly kind: 'unknown' | 'open' }
  | { readonly kind: 'closed'; readonly problem: string };

const keyOf = ({ protocol, hostPort }: Pick<LocalPort, 'protocol' | 'hostPort'>) =>
  `${hostPort}/${protocol}`;

/**
 * The ports of the user's localhost that lead to this node. The host opens them if this node is a
 * VM. Without a host, they are ports of this system.
 */
export class LocalPorts implements Disposable {
  readonly #host: Pick<HostPorts, 'openLocal' | 'localOutcomes' | 'listenLocal'>;
  readonly #wanted = new Map<string, readonly WantedLocalPort[]>();
  readonly #listeners = new Set<() => void>();
  readonly #here: NodeListeners;
  readonly #controller: Controller;
  readonly #stop: () => void;

  constructor(host: Pick<HostPorts, 'openLocal' | 'localOutcomes' | 'listenLocal'>, log: Log) {
    this.#host = host;
    this.#here = new NodeListeners(log);
    this.#controller = new Controller('local ports', () => this.#apply(), log);
    this.#stop = host.listenLocal(() => this.#controller.enqueue({ name: 'all' }));
  }

  /** Makes these the ports of `owner`, such as `service default/web`. An earlier owner wins. */
  set(owner: string, ports: readonly WantedLocalPort[]): void {
    const before = this.#wanted.get(owner);
    if (JSON.stringify(before ?? []) === JSON.stringify(ports)) return;
    if (ports.length === 0) this.#wanted.delete(owner);
    else this.#wanted.set(owner, ports);
    this.#controller.enqueue({ name: 'all' });
  }

  /** Calls `listener` when the state of a port may have changed. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  state(owner: string, { protocol, port: hostPort }: WantedLocalPort): LocalPortState {
    const key = keyOf({ protocol, hostPort });
    const own = this.#list().find((each) => keyOf(each) === key);
    if (own === undefined) return { kind: 'unknown' };
    if (own.name !== owner) return { kind: 'closed', problem: `${own.name} already uses it` };
    const found = this.#outcomes().find((outcome) => keyOf(outcome) === key);
    if (found === undefined) return { kind: 'unknown' };
    return found.problem === undefined
      ? { kind: 'open' }
      : { kind: 'closed', problem: found.problem };
  }

  [Symbol.dispose](): void {
    this.#stop();
    this.#controller[Symbol.dispose]();
    this.#host.openLocal([]);
    this.#here[Symbol.dispose]();
    this.#listeners.clear();
  }

  #outcomes(): readonly LocalOutcome[] {
    return this.#host.localOutcomes() ?? this.#here.outcomes();
  }

  async #apply(): Promise<void> {
    const list = this.#list();
    this.#host.openLocal(list);
    await this.#here.apply(this.#host.localOutcomes() === undefined ? list : []);
    for (const listener of this.#listeners) listener();
  }

  #list(): LocalPort[] {
    const all = [...this.#wanted].flatMap(([name, ports]) =>
      ports.map(({ protocol, port, target }) => ({
        ...{ protocol, hostIp: LOCALHOST, hostPort: port, target, name },
      })),
    );
    return all.filter(
      (port, index) => all.findIndex((one) => keyOf(one) === keyOf(port)) === index,
    );
  }
}
