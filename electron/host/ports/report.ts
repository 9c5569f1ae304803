import type { Duplex } from 'node:stream';
import type { HostPortsReport } from '../../../guest-agent/contract/host-ports.ts';
import { guestPaths } from '../../../guest-agent/contract/paths.ts';
import { openStreamlocal } from '../bridge/channels.ts';
import type { Bridge } from '../bridge/connection.ts';

/** Tells the guest whose ports are open here, over one connection that stays. */
export class PortsReport {
  readonly #bridge: Bridge;
  #connection: Duplex | undefined;

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
  }

  /** An engine that cannot be told is restarting, and is told once it is back. */
  async send(containers: readonly string[]): Promise<void> {
    const report: HostPortsReport = { containers: [...containers] };
    try {
      this.#connection ??= await this.#open();
      this.#connection.write(`${JSON.stringify(report)}\n`);
    } catch {
      this.#connection = undefined;
    }
  }

  close(): void {
    this.#connection?.destroy();
  }

  async #open(): Promise<Duplex> {
    const connection = await openStreamlocal(this.#bridge, guestPaths.hostPorts);
    connection.on('error', () => {});
    connection.once('close', () => {
      if (this.#connection === connection) this.#connection = undefined;
    });
    connection.resume();
    return connection;
  }
}
