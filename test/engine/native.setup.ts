import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { openDescription } from '../conformance/description/description.ts';
import { startRecorder } from '../conformance/description/recorder.ts';
import { nativeEngine } from '../conformance/peers/berth.ts';
import { bundleCommand } from '../fixtures/bundled-command.ts';
import { startRegistry } from '../fixtures/registry.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The process of the namespaces in which an engine runs without a VM. */
    enginePid: number;
  }
}

/**
 * Runs one engine on this host for all tests of the run. It provides what the setup of the VM provides,
 * so the same tests run in both.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const opened = new AsyncDisposableStack();
  try {
    const command = opened.use(await bundleCommand());
    const directory = await mkdtemp(join(tmpdir(), 'berth-'));
    opened.defer(() => rm(directory, { recursive: true, force: true, maxRetries: 10 }));
    const { host, guestHost, storage, stop } = await startRegistry();
    opened.defer(stop);
    const registry = { name: guestHost, storage };
    const environment = { RESTART_AGENT: '1' };
    const engine = await nativeEngine(directory, registry, { environment });
    opened.defer(engine.stop);
    const recorded = join(directory, 'recorded.sock');
    const recorder = await startRecorder(recorded, engine.socket, await openDescription());
    opened.defer(async () => {
      for (const violation of recorder.violations()) console.log(`description: ${violation}`);
      await recorder.stop();
    });
    project.provide('command', command.berthWithoutVm);
    project.provide('engineSocket', recorder.socket);
    project.provide('enginePid', engine.pid);
    project.provide('registry', { host, guestHost });
    return () => opened.disposeAsync();
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}
