import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { createHost } from '../../electron/host/host.ts';
import { openDescription } from '../conformance/description/description.ts';
import { type Recorder, startRecorder } from '../conformance/description/recorder.ts';
import { bundleCommand } from '../fixtures/bundled-command.ts';
import { startRegistry } from '../fixtures/registry.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The program `berth`, for Node. */
    command: string;
    /** BERTH_HOME of the VM that the whole run shares. The VM is `default`. */
    home: string;
    /** Folders of the host that the VM shares. The second one is read-only. */
    shared: readonly [folder: string, readOnly: string];
    /** The engine's socket. Its answers are checked against the API's description. */
    engineSocket: string;
    /** A registry, as `host:port`, from the host and from the guest, which trusts it. */
    registry: { readonly host: string; readonly guestHost: string };
  }
}

/** Boots one VM for all tests of the run. Returns a function that ends it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const home = await mkdtemp(join(tmpdir(), 'berth-'));
  const shared = [join(home, 'shared'), join(home, 'shared-ro')] as const;
  for (const folder of shared) await mkdir(folder);
  const registry = await startRegistry();
  const command = await bundleCommand();
  const { machine, settings } = createHost({ home });

  let recorder: Recorder | undefined;

  const teardown = async () => {
    for (const violation of recorder?.violations() ?? []) console.log(`description: ${violation}`);
    await recorder?.stop();
    await machine.stop().catch(() => machine.kill());
    await registry.stop();
    await command[Symbol.asyncDispose]();
    // The supervisor may still be writing its last file.
    await rm(home, { recursive: true, force: true, maxRetries: 10 });
  };
  try {
    await settings.update({
      ...{ cpus: 2, memoryMiB: 2048, diskGiB: 16 },
      insecureRegistries: [registry.guestHost],
      sharedFolders: shared.map((path, index) => ({ path, readOnly: index === 1 })),
    });
    await machine.start();
    const description = await openDescription();
    recorder = await startRecorder(join(home, 'recorded.sock'), machine.engineSocket, description);
  } catch (error) {
    console.error((await machine.consoleLines(40)).join('\n'));
    await teardown();
    throw error;
  }
  project.provide('command', command.berth);
  project.provide('home', home);
  project.provide('shared', shared);
  project.provide('engineSocket', recorder.socket);
  project.provide('registry', { host: registry.host, guestHost: registry.guestHost });
  return teardown;
}
