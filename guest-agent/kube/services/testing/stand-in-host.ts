import type { LocalOutcome, LocalPort } from '../../../contract/host-ports.ts';

/** A host that opens all ports but those in `taken`, and remembers what it was asked for. */
export class StandInHost {
  readonly taken: ReadonlySet<number>;
  asked: readonly LocalPort[] = [];
  readonly #listeners = new Set<() => void>();

  constructor(...taken: number[]) {
    this.taken = new Set(taken);
  }

  openLocal(ports: readonly LocalPort[]): void {
    if (JSON.stringify(ports) === JSON.stringify(this.asked)) return;
    this.asked = ports;
    for (const listener of this.#listeners) listener();
  }

  localOutcomes(): LocalOutcome[] {
    return this.asked.map(({ protocol, hostIp, hostPort }) => ({
      ...{ protocol, hostIp, hostPort },
      ...(this.taken.has(hostPort) && { problem: 'nginx (pid 812) already uses it' }),
    }));
  }

  listenLocal(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
