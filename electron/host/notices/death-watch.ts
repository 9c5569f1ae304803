import { loggerOf } from '../base/log.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { inspectContainer } from '../engine/containers.ts';
import type { EngineEventMessage } from '../engine/system.ts';
import type { NewNotice } from './new-notice.ts';

const log = loggerOf('notices');

/**
 * Finds containers that died though nobody wanted them to. The engine tells of a signal before the
 * death that it brings: whoever sends one, from the screen or a command line, knows what they do.
 */
export class DeathWatch {
  readonly #engine: EngineClient;
  readonly #signalled = new Set<string>();
  readonly #outOfMemory = new Set<string>();

  constructor(engine: EngineClient) {
    this.#engine = engine;
  }

  async see({ Action, Actor }: EngineEventMessage): Promise<NewNotice | undefined> {
    const { ID: id, Attributes } = Actor;
    switch (Action) {
      case 'start':
        this.#signalled.delete(id);
        this.#outOfMemory.delete(id);
        return undefined;
      case 'kill':
        this.#signalled.add(id);
        return undefined;
      case 'oom':
        this.#outOfMemory.add(id);
        return undefined;
      case 'die': {
        const wanted = this.#signalled.delete(id);
        const starved = this.#outOfMemory.delete(id);
        const exitCode = Number(Attributes.exitCode ?? 0);
        if (exitCode === 0 || (wanted && !starved)) return undefined;
        if (!starved && (await this.#hasCompany(id))) return undefined;
        return notice(id, Attributes.name ?? id.slice(0, 12), exitCode, starved);
      }
      default:
        return undefined;
    }
  }

  /** Somebody sits at its terminal, or waits for a command that leaves nothing behind. */
  async #hasCompany(id: string): Promise<boolean> {
    const details = await log.attempt(`Looking at ${id}`, inspectContainer(this.#engine, id));
    if (!details) return true;
    const { Config, HostConfig } = details;
    return (Config.Tty && Config.OpenStdin) || HostConfig.AutoRemove === true;
  }
}

function notice(id: string, name: string, exitCode: number, starved: boolean): NewNotice {
  const about = { key: `container ${id}`, tone: 'bad' as const, container: id };
  return starved
    ? {
        ...about,
        title: `${name} ran out of memory`,
        text: 'It was ended. Raise its memory limit, or give the machine more memory.',
      }
    : {
        ...about,
        title: `${name} ended with exit code ${exitCode}`,
        text: 'Its logs may say why.',
      };
}
