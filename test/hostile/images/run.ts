import { ask } from '../../fixtures/ask.ts';
import { remove } from '../engine/box.ts';
import type { Group } from '../engine/group.ts';
import type { HostileEngine } from '../engine/start.ts';
import { verdictOf } from '../engine/verdict.ts';
import { IMAGE_PORT } from '../server/ports.ts';
import { expected } from './expected.ts';
import { type HostileImage, images } from './table.ts';

/** A pull of each image, and a container of each that is taken. */
export const imageCases: Group = {
  name: 'images',
  quick: 8,
  cases: images.map((image, number) => ({
    name: image.name,
    run: (engine) => tryImage(engine, image, number),
  })),
  count: (cases) => `${cases} images`,
};

async function tryImage(
  { socket }: HostileEngine,
  { name }: HostileImage,
  number: number,
): Promise<string[]> {
  const repository = `127.0.0.1:${IMAGE_PORT}/image/${number}`;
  const pulled = verdictOf(
    await ask(socket, {
      method: 'POST',
      path: `/images/create?fromImage=${encodeURIComponent(repository)}&tag=1`,
    }),
  );
  const ran =
    pulled.kind === 'refused' ? { verdict: pulled } : await runImage(socket, `${repository}:1`);
  const found =
    pulled.kind === 'refused' ? 'not pulled' : ran.verdict.kind === 'taken' ? 'runs' : 'not run';
  const words = ran.verdict.kind === 'refused' ? `: ${ran.verdict.words}` : '';
  return found === expected[name] ? [] : [`"${found}" instead of "${expected[name]}"${words}`];
}

/** Runs a container as the image asks. */
async function runImage(socket: string, image: string) {
  await using _ = {
    [Symbol.asyncDispose]: () => remove(socket, `/images/${encodeURIComponent(image)}?force=1`),
  };
  const create = { method: 'POST', path: '/containers/create' };
  const created = await ask(socket, { ...create, body: { Image: image } });
  const verdict = verdictOf(created);
  if (verdict.kind === 'refused') return { verdict };
  const path = `/containers/${JSON.parse(created.text).Id}`;
  await using _container = {
    [Symbol.asyncDispose]: () => remove(socket, `${path}?force=1&v=1`),
  };
  const started = await ask(socket, { method: 'POST', path: `${path}/start` });
  verdictOf(await ask(socket, { path: `${path}/json` }));
  verdictOf(await ask(socket, { path: `/images/${encodeURIComponent(image)}/history` }));
  return { verdict: verdictOf(started) };
}
