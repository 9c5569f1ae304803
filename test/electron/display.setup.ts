import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { TestProject } from 'vitest/node';
import { electronProgram } from './electron-program.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The X display that the app's window opens on; undefined outside of Linux. */
    display: string | undefined;
  }
}

/** Starts a display that nobody sees. Returns a function that ends it. */
export default async function setup(
  project: TestProject,
): Promise<(() => Promise<void>) | undefined> {
  if (!electronProgram() || process.platform !== 'linux') {
    project.provide('display', undefined);
    return undefined;
  }
  // The server chooses a free display, and writes its number when it is ready.
  const server = spawn(
    'Xvfb',
    ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp'],
    { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] },
  );
  await once(server, 'spawn');
  const complaints = text(server.stderr as NodeJS.ReadableStream & AsyncIterable<Buffer>);
  const number = server.stdio[3];
  if (!number) throw new Error('Xvfb has no pipe for its number');
  const [first] = await Promise.race([
    once(number, 'data'),
    once(server, 'exit').then(async () => {
      throw new Error(`Xvfb ended: ${await complaints}`);
    }),
  ]);
  project.provide('display', `:${String(first).trim()}`);
  return async () => {
    const ended = once(server, 'exit');
    server.kill();
    await ended;
  };
}
