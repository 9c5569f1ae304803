import { loggerOf } from '../base/log.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import type { ContainerInspection } from '../engine/container-inspection.ts';
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
  /** Containers that are restarted when they die, by name: a pod's are new ones each time. */
  readonly #crashes = new Map<string, Crashes>();

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
        const details = await this.#inspect(id);
        if (!starved && (!details || hasCompany(details))) return undefined;
        const name = Attributes.name ?? id.slice(0, 12);
        const count = details && restartsByItself(details) ? this.#crashed(name) : 1;
        if (count === 1) return notice(id, name, exitCode, starved);
        return count === MANY_CRASHES ? crashLoop(id, name, exitCode) : undefined;
      }
      default:
        return undefined;
    }
  }

  #inspect(id: string): Promise<ContainerInspection | undefined> {
    return log.attempt(`Inspecting container ${id}`, inspectContainer(this.#engine, id));
  }

  /** Counts a death that follows another one soon. */
  #crashed(name: string): number {
    const now = Date.now();
    for (const [known, { at }] of this.#crashes) {
      if (now - at > CALM_MS) this.#crashes.delete(known);
    }
    const count = (this.#crashes.get(name)?.count ?? 0) + 1;
    this.#crashes.set(name, { count, at: now });
    return count;
  }
}

interface Crashes {
  readonly count: number;
  /** When it died last. */
  readonly at: number;
}

/** A container that runs this long has recovered. Pods wait up to 5 minutes before a restart. */
const CALM_MS = 10 * 60_000;
/** A second notice tells of this many deaths in a row. */
const MANY_CRASHES = 3;

/** The user uses its terminal, or waits for a `--rm` command. */
const hasCompany = ({ Config, HostConfig }: ContainerInspection): boolean =>
  (Config.Tty && Config.OpenStdin) || HostConfig.AutoRemove === true;

/** Its restart policy starts it again, or its pod does. */
const restartsByItself = ({ Config, HostConfig }: ContainerInspection): boolean =>
  !['', 'no'].includes(HostConfig.RestartPolicy?.Name ?? '') ||
  Config.Labels?.['io.kubernetes.container.name'] !== undefined;

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

const crashLoop = (id: string, name: string, exitCode: number): NewNotice => ({
  ...{ key: `container ${id}`, tone: 'bad', container: id },
  title: `${name} keeps exiting with code ${exitCode}`,
  text: "Berth restarts it each time. Check the container's logs for the reason, or stop it.",
});
