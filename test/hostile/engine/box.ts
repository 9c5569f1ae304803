import { writeTar } from '../../../guest-agent/store/testing/tar-writer.ts';
import { ask } from '../../fixtures/ask.ts';
import { imageOf } from '../archives/image.ts';

/** The name of the ordinary image that the suites run. */
export const BOX = 'box:1';

/** Loads an image with this one layer, as `docker save` writes it. */
export async function loadBox(socket: string, layer: Buffer): Promise<void> {
  const { config } = imageOf(layer);
  const manifest = [{ Config: 'config.json', RepoTags: [BOX], Layers: ['layer.tar'] }];
  const body = writeTar([
    { name: 'config.json', content: config },
    { name: 'layer.tar', content: layer },
    { name: 'manifest.json', content: JSON.stringify(manifest) },
  ]);
  const { text } = await ask(socket, { method: 'POST', path: '/images/load?quiet=1', body });
  if (!text.includes('Loaded image')) throw new Error(`can't load the image: ${text}`);
}

/** Creates a container that doesn't run, for `work`, and removes it. */
export async function withContainer<T>(
  socket: string,
  image: string,
  work: (id: string) => Promise<T>,
  request: object = {},
): Promise<T> {
  const created = await ask(socket, {
    ...{ method: 'POST', path: '/containers/create' },
    body: { Image: image, Cmd: ['sleep', '600'], ...request },
  });
  if (created.status !== 201) throw new Error(`can't create a container: ${created.text}`);
  const { Id: id } = JSON.parse(created.text) as { Id: string };
  await using _ = { [Symbol.asyncDispose]: () => remove(socket, `/containers/${id}?force=1&v=1`) };
  return await work(id);
}

/** Removes a container or an image. Rejects if the engine doesn't. */
export async function remove(socket: string, path: string): Promise<void> {
  const { status, text } = await ask(socket, { method: 'DELETE', path });
  if (status !== 200 && status !== 204) throw new Error(`can't remove ${path}: ${text}`);
}
