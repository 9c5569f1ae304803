import { randomUUID } from 'node:crypto';
import { StringDecoder } from 'node:string_decoder';
import { initialCredit, type TerminalEvent, type TerminalTarget } from '../../api/terminal.ts';
import { Credit } from '../base/credit.ts';
import { HostError } from '../base/errors.ts';
import type { TerminalSize } from '../engine/containers.ts';
import type { AttachedProcess } from './terminal-process.ts';

interface OpenTerminal {
  readonly process: AttachedProcess;
  readonly credit: Credit;
}

/** Opens a terminal's process; `signal` aborts when the terminal closes. */
export type Attach = (
  target: TerminalTarget,
  size: TerminalSize,
  signal: AbortSignal,
) => Promise<AttachedProcess>;

/** The open terminals of all app windows. Each belongs to the iteration over its events. */
export class Terminals {
  readonly #attach: Attach;
  readonly #open = new Map<string, OpenTerminal>();

  constructor(attach: Attach) {
    this.#attach = attach;
  }

  /**
   * Opens a terminal, which closes when the process exits, the iteration ends, or `signal` aborts.
   */
  async *open(
    target: TerminalTarget,
    size: TerminalSize,
    signal: AbortSignal,
  ): AsyncGenerator<TerminalEvent, void, undefined> {
    const process = await this.#attach(target, size, signal);
    const terminal = randomUUID();
    const credit = new Credit(initialCredit);
    const close = () => process.source.destroy();
    signal.addEventListener('abort', close, { once: true });
    this.#open.set(terminal, { process, credit });
    try {
      yield { type: 'opened', terminal };
      // Reads may split characters.
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
    // A terminal that has just ended needs no credit.
    this.#open.get(terminal)?.credit.grant(characters);
  }

  #find(terminal: string): OpenTerminal {
    const open = this.#open.get(terminal);
    if (open) return open;
    throw new HostError('invalid', 'This terminal is closed', { hint: 'Open a new terminal.' });
  }
}
