import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';
import {
  type AskedPort,
  guestPortsSchema,
  type HostPortsReport,
  type LocalPort,
  type PortRefusal,
  type PortsAnswer,
} from '../../../../guest-agent/contract/host-ports.ts';
import { guestPaths } from '../../../../guest-agent/contract/paths.ts';
import { loggerOf } from '../../base/log.ts';
import { openStreamlocal } from '../bridge/channels.ts';
import type { Bridge } from '../bridge/connection.ts';

const log = loggerOf('ports');

interface GuestMessages {
  /** Answers the VM's questions. */
  readonly refusal: (ports: readonly AskedPort[]) => Promise<PortRefusal | undefined>;
  /** The VM wants exactly these ports of its own; none after the connection was lost. */
  readonly onLocal: (ports: readonly LocalPort[]) => void;
}

/**
 * Reports to the VM whose ports are open on the host, answers whether others could be, and learns
 * which ports the VM wants for itself, over one persistent connection.
 */
export class PortsReport {
  readonly #bridge: Bridge;
  readonly #messages: GuestMessages;
  #connection: Duplex | undefined;

  constructor(bridge: Bridge, messages: GuestMessages) {
    this.#bridge = bridge;
    this.#messages = messages;
  }

  /** If the engine can't be notified, it is restarting; it is notified when it is back. */
  async send(report: HostPortsReport): Promise<void> {
    try {
      this.#connection ??= await this.#open();
      this.#connection.write(`${JSON.stringify(report)}\n`);
    } catch (error) {
      log.debug('Reporting ports to the engine', error);
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
      if (this.#connection !== connection) return;
      this.#connection = undefined;
      this.#messages.onLocal([]);
    });
    const lines = createInterface({ input: connection });
    lines.on('error', () => {});
    lines.on('line', (line) => {
      void log.attempt('Answering about ports', this.#answer(connection, line), 'warn');
    });
    return connection;
  }

  async #answer(connection: Duplex, line: string): Promise<void> {
    const message = guestPortsSchema.parse(JSON.parse(line));
    if ('local' in message) return this.#messages.onLocal(message.local);
    const { question, ports } = message;
    const refusal = await this.#messages.refusal(ports);
    const answer: PortsAnswer = { answer: question, ...(refusal && { refusal }) };
    if (connection.writable) connection.write(`${JSON.stringify(answer)}\n`);
  }
}
