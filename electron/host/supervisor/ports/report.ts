import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';
import {
  type AskedPort,
  type HostPortsReport,
  type PortRefusal,
  type PortsAnswer,
  portsQuestionSchema,
} from '../../../../guest-agent/contract/host-ports.ts';
import { guestPaths } from '../../../../guest-agent/contract/paths.ts';
import { loggerOf } from '../../base/log.ts';
import { openStreamlocal } from '../bridge/channels.ts';
import type { Bridge } from '../bridge/connection.ts';

const log = loggerOf('ports');

type Refusal = (ports: readonly AskedPort[]) => Promise<PortRefusal | undefined>;

/**
 * Reports to the VM whose ports are open on the host, and answers whether others could be, over one
 * persistent connection.
 */
export class PortsReport {
  readonly #bridge: Bridge;
  readonly #refusal: Refusal;
  #connection: Duplex | undefined;

  /** `refusal` answers the VM's questions. */
  constructor(bridge: Bridge, refusal: Refusal) {
    this.#bridge = bridge;
    this.#refusal = refusal;
  }

  /** If the engine can't be notified, it is restarting; it is notified when it is back. */
  async send(containers: readonly string[]): Promise<void> {
    const report: HostPortsReport = { containers: [...containers] };
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
      if (this.#connection === connection) this.#connection = undefined;
    });
    const lines = createInterface({ input: connection });
    lines.on('error', () => {});
    lines.on('line', (line) => {
      void log.attempt('Answering about ports', this.#answer(connection, line), 'warn');
    });
    return connection;
  }

  async #answer(connection: Duplex, line: string): Promise<void> {
    const { question, ports } = portsQuestionSchema.parse(JSON.parse(line));
    const refusal = await this.#refusal(ports);
    const answer: PortsAnswer = { answer: question, ...(refusal && { refusal }) };
    if (connection.writable) connection.write(`${JSON.stringify(answer)}\n`);
  }
}
