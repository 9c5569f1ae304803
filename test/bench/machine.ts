import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHost, type Host } from '../../electron/host/host.ts';
import { addSecondMonitor } from './second-monitor.ts';

/** A separate VM for benchmarks. It starts with the first benchmark that needs it. */
export class BenchMachine {
  #started: Promise<{ home: string; host: Host }> | undefined;

  async host(): Promise<Host> {
    return (await this.#start()).host;
  }

  /** Its `BERTH_HOME`. */
  async home(): Promise<string> {
    return (await this.#start()).home;
  }

  #start(): Promise<{ home: string; host: Host }> {
    this.#started ??= start();
    return this.#started;
  }

  async close(): Promise<void> {
    const started = await this.#started?.catch(() => undefined);
    if (!started) return;
    await started.host.machine.stop();
    await rm(started.home, { recursive: true });
  }
}

async function start(): Promise<{ home: string; host: Host }> {
  const home = await mkdtemp(join(tmpdir(), 'berth-bench-'));
  const host = createHost({ home });
  try {
    // Shares only the benchmark's own folder, not the whole home directory.
    const path = join(home, 'shared');
    await mkdir(path);
    await host.settings.update({ sharedFolders: [{ path, readOnly: false }] });
    await addSecondMonitor(home);
    await host.machine.start();
    return { home, host };
  } catch (error) {
    await rm(home, { recursive: true, force: true });
    throw error;
  }
}
