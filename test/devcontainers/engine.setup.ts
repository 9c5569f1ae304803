import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
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
      /** A file with the longest turn of the engine's event loop so far, in milliseconds. */
      readonly longestTurn: string;
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
    const run = join(directory, 'engine/run');
    await mkdir(run, { recursive: true });
    await copyFile(join(import.meta.dirname, '../fixtures/longest-turn.ts'), join(run, 'turns.ts'));
    const engine = await startNative(join(directory, 'engine'), registry, shared, {
      AGENT_OPTIONS: '--import /run/berth/turns.ts',
      LONGEST_TURN: '/run/berth/longest-turn',
    });
    project.provide('nativeEngine', {
      ...{ socket: engine.socket, shared, longestTurn: join(run, 'longest-turn') },
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
