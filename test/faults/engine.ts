import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { nativeEngine } from '../conformance/peers/berth.ts';
import type { Registry } from '../conformance/peers/peer.ts';
import { commandLine, descendants, nameOf } from '../fixtures/processes.ts';
import { EngineApi } from './engine-api.ts';

/** Milliseconds for the agent to start on a busy host. */
const START_DEADLINE = 60_000;

/** The programs that run for the engine. `agent` is the engine itself. */
export const victims = ['agent', 'conmon', 'crun', 'netavark', 'mkfs.erofs'] as const;
export type Victim = (typeof victims)[number];

/** An engine on this host whose processes can be killed. It starts again, as in the VM. */
export class FaultyEngine {
  readonly api: EngineApi;
  /** What the VM has on its data disk. */
  readonly data: string;
  readonly #run: string;
  /** The process that created the engine's namespaces. */
  readonly pid: number;
  readonly stop: () => Promise<void>;

  private constructor(directory: string, pid: number, stop: () => Promise<void>) {
    this.data = join(directory, 'data');
    this.#run = join(directory, 'run');
    this.pid = pid;
    this.stop = stop;
    this.api = new EngineApi(join(this.#run, 'engine.sock'));
  }

  /** `environment` is described in native-engine.sh. */
  static async start(
    directory: string,
    registry: Registry,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<FaultyEngine> {
    const { pid, stop } = await nativeEngine(directory, registry, {
      environment: { RESTART_AGENT: '1', ...environment },
    });
    return new FaultyEngine(directory, pid, stop);
  }

  /** The processes of a program, as this host numbers them. */
  find(victim: Victim): number[] {
    return this.processes().filter((pid) =>
      victim === 'agent'
        ? commandLine(pid)[0] === '/usr/lib/berth/node'
        : nameOf(pid) === victim && !commandLine(pid).includes(this.#spared),
    );
  }

  /** All processes of the engine and its containers, as this host numbers them. */
  processes(): number[] {
    return descendants(this.pid);
  }

  /** The container whose processes aren't killed. */
  #spared = ' ';

  /** From now on, the monitor of this container is never killed. */
  spare(containerId: string): void {
    this.#spared = containerId;
  }

  /** Resolves when the engine answers. */
  async answers(): Promise<void> {
    const deadline = Date.now() + START_DEADLINE;
    for (;;) {
      const left = deadline - Date.now();
      const answer = await this.api
        .ask('GET', '/_ping', undefined, { deadline: Math.max(left, 1) })
        .catch((error: Error) => error);
      if (!(answer instanceof Error) && answer.status === 200) return;
      if (left <= 0) throw new Error('the engine did not start again', { cause: answer });
      await delay(20);
    }
  }

  /** Stops the agent as a power cut would, runs `work`, and starts the agent again. */
  async whileDown(work: () => Promise<void>): Promise<void> {
    const gate = join(this.#run, 'hold-agent');
    await writeFile(gate, '');
    try {
      for (const pid of this.find('agent')) process.kill(pid, 'SIGKILL');
      while (this.find('agent').length > 0) await delay(10);
      await work();
    } finally {
      await rm(gate);
    }
  }
}
