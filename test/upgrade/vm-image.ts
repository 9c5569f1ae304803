import { deepStrictEqual, match } from 'node:assert';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { berthVersion } from '../../electron/host/base/berth-version.ts';
import { describeArtefact, readManifest } from '../../vm-image/manifest.ts';
import { publishImage } from '../../vm-image/publish.ts';
import type { BuiltVersion } from './older-version.ts';
import { imageOf, type Workload } from './workload.ts';

/**
 * Updates of the VM's image without one of Berth: an image that boots, one that doesn't, and the way back.
 * The VM runs with the image that comes with Berth.
 */
export async function updateImage(
  workload: Workload,
  present: BuiltVersion,
  directory: string,
  report: (line: string) => void,
): Promise<void> {
  const carried = await imageOf(present);
  const feed = await serve(join(directory, 'feed'));
  workload.environment.BERTH_VM_IMAGE_FEED = feed.address;
  const run = (...words: string[]) => workload.output(present, ...words);
  try {
    const good = `${berthVersion}.1`;
    report(`VM image ${good} is published and downloaded`);
    await publish(present, directory, good, 'whole');
    match(await run('machine', 'update', '--check'), new RegExp(`${good} is available`));
    match(await run('machine', 'update'), new RegExp(`${good} is installed`));
    match(await run('machine', 'status'), new RegExp(`new VM image ${good}`));
    await run('machine', 'restart');
    deepStrictEqual(await workload.bootedImage(), good);
    report('  the VM runs with the downloaded image');

    const bad = `${berthVersion}.2`;
    report(`VM image ${bad} doesn't boot`);
    await publish(present, directory, bad, 'without a root file system');
    await run('machine', 'update');
    const restarted = await workload.run(present, 'machine', 'restart');
    deepStrictEqual(restarted.exitCode, 0, restarted.stderr);
    match(restarted.stderr, new RegExp(`uses ${good} and won't try ${bad} again`));
    deepStrictEqual(await workload.bootedImage(), good);
    match(await run('machine', 'update', '--check'), new RegExp(`Not used since .*: ${bad} `));
    report('  the VM runs with the image before, and the command says why');

    report('back to the image that comes with Berth');
    await run('machine', 'update', '--rollback');
    await run('machine', 'restart');
    deepStrictEqual(await workload.bootedImage(), carried);
    report('  the VM runs with the image that comes with Berth');
  } finally {
    await feed.close();
  }
}

/** Publishes the present image under another version, with the version as its ID. */
async function publish(
  { manifest }: BuiltVersion,
  directory: string,
  version: string,
  state: 'whole' | 'without a root file system',
): Promise<void> {
  const from = dirname(manifest);
  const copy = join(directory, version);
  await mkdir(copy);
  const built = await readManifest(from);
  if (!built) throw new Error(`There is no complete image in ${from}`);
  for (const name of Object.keys(built.artefacts))
    await copyFile(join(from, name), join(copy, name));
  const root = join(copy, 'root.erofs');
  const { size } = built.artefacts['root.erofs'];
  if (state !== 'whole') {
    await truncate(root);
    await truncate(root, size);
  }
  const artefacts = { ...built.artefacts, 'root.erofs': await describeArtefact(root) };
  await writeFile(
    join(copy, 'manifest.json'),
    JSON.stringify({ ...built, inputs: version, artefacts }),
  );
  const to = join(directory, 'feed');
  await publishImage({ from: copy, to, version, minimumBerthVersion: berthVersion });
}

/** Serves the files of a folder. */
async function serve(folder: string): Promise<{ address: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    try {
      const path = join(folder, new URL(request.url ?? '', 'http://local').pathname);
      if (path.endsWith('.json')) response.end(await readFile(path));
      else await pipeline(createReadStream(path), response);
    } catch (error) {
      console.error(error);
      response.destroy();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}/vm-images.json`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
