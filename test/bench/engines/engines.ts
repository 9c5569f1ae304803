import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { publishImages, pushImages } from '../../conformance/images.ts';
import { nativeEngine } from '../../conformance/peers/berth.ts';
import { dockerRoot, podmanRoot } from '../../conformance/peers/debian-root.ts';
import { startDocker } from '../../conformance/peers/docker.ts';
import { startPodman } from '../../conformance/peers/podman.ts';
import { startRegistry } from '../../fixtures/registry.ts';
import { type Figure, median } from '../figure.ts';
import { createMany, type EngineCase, engineCases, listCases, pull } from './cases.ts';
import { EngineApi } from './engine-api.ts';
import { pulledImages } from './images.ts';
import { engineMemory } from './memory.ts';

/** How many containers run while an engine's memory is measured. */
const RUNNING = 50;

/**
 * The time that Berth's engine, Docker's and Podman's take for the same work, and their memory. All
 * run on this host, without a VM (root only), and take turns. Ratios are to the better peer.
 */
export async function benchEngines(): Promise<Figure[]> {
  await using cleanup = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'berth-'));
  cleanup.defer(() => rm(directory, { recursive: true, force: true, maxRetries: 10 }));
  const root = await dockerRoot();
  const registry = await startRegistry();
  cleanup.defer(() => registry.stop());
  await publishImages(root, directory, registry.host);
  await pushImages(directory, registry.host, await pulledImages());
  const source = { name: registry.guestHost, storage: registry.storage };
  const docker = await startDocker(root, join(directory, 'docker'), source);
  cleanup.defer(() => docker.stop());
  const berth = await nativeEngine(join(directory, 'berth'), source);
  cleanup.defer(() => berth.stop());
  const podman = await startPodman(await podmanRoot(), join(directory, 'podman'), source);
  cleanup.defer(() => podman.stop());
  const running = { Berth: berth, Docker: docker, Podman: podman };
  const peers = Object.entries(running).map(([name, { socket, pid }]) => ({
    ...{ name, pid, api: new EngineApi(socket) },
  }));
  cleanup.defer(() => {
    for (const { api } of peers) api.close();
  });
  for (const { api } of peers) {
    await api.read('POST', `/images/create?fromImage=${source.name}/box&tag=1`);
    await api.read('POST', `/images/${source.name}/box:1/tag?repo=box`);
  }
  const pulls = [
    pull('large-text', 'one layer of 120 MiB of text', source.name),
    pull('large-noise', 'one layer of 120 MiB that doesn’t compress', source.name),
    pull('large-zstd', 'one layer of 120 MiB of text, zstd', source.name),
    pull('many-layers', '40 layers of 0.5 MiB', source.name),
    pull('small-files', '20,000 small files', source.name),
  ];
  const figures = [await memory('memory, idle', peers)];
  const report = async (cases: readonly EngineCase[]) => {
    for (const each of cases) figures.push(await compare(each, peers));
  };
  await report([...engineCases, ...pulls]);
  const removals = await Promise.all(peers.map(({ api }) => createMany(api)));
  await report(listCases);
  await Promise.all(removals.map((remove) => remove()));
  figures.push(await memoryWithContainers(peers));
  return figures;
}

interface EnginePeer {
  readonly name: string;
  readonly api: EngineApi;
  readonly pid: number;
}
/** Berth comes first. */
type Peers = readonly EnginePeer[];

/** `values` are in the order of the peers. */
function figureOf(name: string, unit: string, peers: Peers, values: readonly number[]): Figure {
  const [own, ...measured] = peers.map((each, index) => ({
    name: each.name,
    value: values[index] ?? Number.NaN,
  }));
  const [peer, ...others] = measured.sort((a, b) => a.value - b.value);
  return { name, value: own?.value ?? Number.NaN, unit, ...(peer && { peer, others }) };
}

async function compare({ name, rounds, measure }: EngineCase, peers: Peers): Promise<Figure> {
  const turns = peers.map(({ api }) => ({ api, times: [] as number[] }));
  // The first round warms the engines up, and doesn't count.
  for (let round = 0; round <= rounds; round += 1) {
    for (const { api, times } of round % 2 === 0 ? turns : turns.toReversed()) {
      const took = await measure(api);
      if (round > 0) times.push(took);
    }
  }
  const medians = turns.map(({ times }) => median(times));
  return figureOf(name, 'ms', peers, medians);
}

async function memory(name: string, peers: Peers): Promise<Figure> {
  // Engines return memory a while after their work.
  await delay(10_000);
  const values = await Promise.all(peers.map(({ pid }) => engineMemory(pid)));
  return figureOf(name, 'MiB', peers, values);
}

async function memoryWithContainers(peers: Peers): Promise<Figure> {
  const removals: (() => Promise<void>)[] = [];
  for (const { api } of peers) {
    for (let count = 0; count < RUNNING; count += 1) {
      const id = await api.create(['sleep', '1000']);
      await api.read('POST', `/containers/${id}/start`);
      removals.push(() => api.remove(id));
    }
  }
  const figure = await memory(`memory with ${RUNNING} containers`, peers);
  for (const remove of removals) await remove();
  return figure;
}
