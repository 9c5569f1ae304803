import { setTimeout as delay } from 'node:timers/promises';
import { type TarEntry, writeTar } from '../../../guest-agent/store/testing/tar-writer.ts';
import { ask } from '../../fixtures/ask.ts';
import { BOX, remove, withContainer } from '../engine/box.ts';

/** What a container's program printed, or why the container didn't start. */
export interface Ran {
  readonly output: string;
  readonly refused?: string;
}

/** Runs a program in a container until it ends, at most ten seconds. */
export async function runIn(
  socket: string,
  script: string,
  request: object = {},
  image = BOX,
): Promise<Ran> {
  const body = { Tty: true, Cmd: ['sh', '-c', script], ...request };
  try {
    return await withContainer(socket, image, (id) => runToEnd(socket, id), body);
  } catch (error) {
    return { output: '', refused: (error as Error).message };
  }
}

async function runToEnd(socket: string, id: string): Promise<Ran> {
  const started = await ask(socket, { method: 'POST', path: `/containers/${id}/start` });
  if (started.status !== 204) return { output: '', refused: started.text };
  await Promise.race([
    ask(socket, { method: 'POST', path: `/containers/${id}/wait` }),
    delay(10_000),
  ]);
  const { text } = await ask(socket, { path: `/containers/${id}/logs?stdout=1&stderr=1` });
  return { output: text };
}

/** An image like the box with more files, for `work`. */
export async function withImage<T>(
  socket: string,
  files: readonly TarEntry[],
  work: (image: string) => Promise<T>,
): Promise<T> {
  const dockerfile = `FROM ${BOX}\nADD files.tar /\n`;
  const body = writeTar([
    { name: 'Dockerfile', content: dockerfile },
    { name: 'files.tar', content: writeTar(files) },
  ]);
  const image = 'cve:latest';
  const { text } = await ask(socket, { method: 'POST', path: `/build?t=${image}`, body });
  if (!text.includes('Successfully')) throw new Error(`can't build: ${text}`);
  await using _ = {
    [Symbol.asyncDispose]: () => remove(socket, `/images/${image}?force=1`),
  };
  return await work(image);
}
