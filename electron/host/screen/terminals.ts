import { randomUUID } from 'node:crypto';
import { StringDecoder } from 'node:string_decoder';
import { initialCredit, type TerminalEvent, type TerminalProcess } from '../../api/terminal.ts';
import type { EngineClient } from '../engine/client.ts';
import type { TerminalSize } from '../engine/containers.ts';
import { HostError } from '../errors.ts';
import { Credit } from './credit.ts';
import { type AttachedProcess, attachProcess } from './terminal-process.ts';

interface OpenTerminal {
  readonly process: AttachedProcess;
  readonly credit: Credit;
}

export interface TerminalRequest extends TerminalSize {
  readonly container: string;
  readonly process: TerminalProcess;
}

/** The terminals that screens have open. Each belongs to the iteration over its events. */
export class Terminals {
  readonly #client: EngineClient;
  readonly #open = new Map<string, OpenTerminal>();

  constructor(client: EngineClient) {
    this.#client = client;
  }

  /** Opens a terminal; it closes when the process ends, the iteration ends, or `signal` aborts. */
  async *open(
    request: TerminalRequest,
    signal: AbortSignal,
  ): AsyncGenerator<TerminalEvent, void, undefined> {
    const { container, rows, columns } = request;
    const size = { rows, columns };
    const process = await attachProcess(this.#client, container, request.process, size, signal);
    const terminal = randomUUID();
    const credit = new Credit(initialCredit);
    const close = () => process.source.destroy();
    signal.addEventListener('abort', close, { once: true });
    this.#open.set(terminal, { process, credit });
    try {
      yield { type: 'opened', terminal };
      // Characters may be cut between two reads.
      const decoder = new StringDecoder('utf8');
      for await (const data of process.output) {
        const text = decoder.write(data);
        credit.spend(text.length);
        if (text !== '') yield { type: 'output', text };
        await credit.available(signal);
      }
      const exitCode = await process.exitCode();
      yield { type: 'exited', ...(exitCode === undefined ? {} : { exitCode }) };
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#open.delete(terminal);
      signal.removeEventListener('abort', close);
      close();
    }
  }

  async write(terminal: string, text: string): Promise<void> {
    await this.#find(terminal).process.write?.(text);
  }

  async resize(terminal: string, size: TerminalSize): Promise<void> {
    await this.#find(terminal).process.resize?.(size);
  }

  grant(terminal: string, characters: number): void {
    // One that has just ended needs no more.
    this.#open.get(terminal)?.credit.grant(characters);
  }

  #find(terminal: string): OpenTerminal {
    const open = this.#open.get(terminal);
    if (open) return open;
    throw new HostError('invalid', 'this terminal is closed', { hint: 'open it again' });
  }
}
