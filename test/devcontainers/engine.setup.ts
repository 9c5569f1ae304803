import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startNative } from '../conformance/peers/berth.ts';
import { startRegistry } from '../fixtures/registry.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** An engine that runs on this host, without a VM. */
    nativeEngine: {
      readonly socket: string;
      /** A folder of this host that containers can mount. */
      readonly shared: string;
      readonly registry: { readonly host: string; readonly guestHost: string };
    };
  }
}

/** Runs one engine for all tests of the run. Returns a function that ends the engine. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'berth-'));
  const shared = join(directory, 'shared');
  await mkdir(shared);
  const { host, guestHost, storage, stop } = await startRegistry();
  const tidy = async () => {
    await stop();
    await rm(directory, { recursive: true, force: true, maxRetries: 10 });
  };
  try {
    const registry = { name: guestHost, storage };
    const engine = await startNative(join(directory, 'engine'), registry, shared);
    project.provide('nativeEngine', {
      ...{ socket: engine.socket, shared },
      registry: { host, guestHost },
    });
    return async () => {
      await engine.stop();
      await tidy();
    };
  } catch (error) {
    await tidy();
    throw error;
  }
}
