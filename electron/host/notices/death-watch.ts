import { loggerOf } from '../base/log.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { inspectContainer } from '../engine/containers.ts';
import type { EngineEventMessage } from '../engine/system.ts';
import type { NewNotice } from './new-notice.ts';

const log = loggerOf('notices');

/** The classic builder runs its steps in containers from the images of earlier steps. */
const IMAGE_ID = /^(sha256:)?[0-9a-f]{64}$/;

/**
 * Finds containers that died unexpectedly. The engine reports a signal before the death it causes;
 * a user who sends a signal, in the app or on a command line, doesn't need a notice.
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
        // A step of the classic builder: the build itself reports its failure.
        if (!starved && IMAGE_ID.test(Attributes.image ?? '')) return undefined;
        if (!starved && (await this.#hasCompany(id))) return undefined;
        return notice(id, Attributes.name ?? id.slice(0, 12), exitCode, starved);
      }
      default:
        return undefined;
    }
  }

  /** The user uses its terminal, or waits for a `--rm` command. */
  async #hasCompany(id: string): Promise<boolean> {
    const details = await log.attempt(
      `Inspecting container ${id}`,
      inspectContainer(this.#engine, id),
    );
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
        text: `The container was stopped. Raise its memory limit, or give the VM more memory.`,
      }
    : {
        ...about,
        title: `${name} exited with code ${exitCode}`,
        text: `Check the container's logs for the reason.`,
      };
}
