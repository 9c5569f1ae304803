import { deepStrictEqual } from 'node:assert';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { freePort } from '../../electron/host/ports/free-port.ts';
import {
  type BuiltVersion,
  buildOlderVersion,
  checkout,
  defaultRevision,
  versionAt,
} from './older-version.ts';
import { updateImage } from './vm-image.ts';
import { imageOf, Workload } from './workload.ts';

/**
 * `npm run test:upgrade -- [REVISION]`: an older version of Berth runs containers, this checkout's version
 * takes over its VM and its data, and then the older version takes both back. Then the VM's image is updated
 * apart from Berth; `--image` does only this part. Boots a VM eight times in all.
 */
const report = (line: string) => console.log(`upgrade: ${line}`);

const { values, positionals } = parseArgs({
  options: { image: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const present = await versionAt('the present version', checkout);

const home = await mkdtemp(join(tmpdir(), 'berth-upgrade-'));
const workload = new Workload(home, await freePort());
try {
  if (values.image) {
    await workload.create(present);
  } else {
    const revision = positionals[0] ?? (await defaultRevision());
    await upgradeAndBack(await buildOlderVersion(revision, report));
  }
  const facts = await workload.facts(present);
  await updateImage(workload, present, home, report);
  await expectFacts(present, facts);
  report('passed');
} catch (error) {
  process.exitCode = 1;
  const log = await readFile(join(home, 'machines/default/supervisor.log'), 'utf8').catch(String);
  console.error(log.split('\n').slice(-10).join('\n'));
  console.error(error);
} finally {
  const ended = await workload.run(present, 'machine', 'stop');
  if (ended.exitCode !== 0) await workload.run(present, 'machine', 'kill');
  await rm(home, { recursive: true, force: true, maxRetries: 10 });
}

async function upgradeAndBack(older: BuiltVersion): Promise<void> {
  report(`${older.name} starts a VM with containers, an image, a volume, networks and a project`);
  await workload.create(older);
  const before = await workload.facts(older);
  await expectImage(await workload.bootedImage(), older);
  const life = await workload.life(older);

  report('the present version takes over the running VM');
  await expectFacts(present, before);
  deepStrictEqual(await workload.life(present), life, 'The VM or a container was restarted');
  const status = await workload.output(present, 'machine', 'status');
  if (!/new VM image/.test(status)) throw new Error(`No word of the new VM image:\n${status}`);
  report('  containers ran on, and the status announces the new VM image');

  report('the VM restarts with the present image');
  await workload.output(present, 'machine', 'restart');
  await expectImage(await workload.bootedImage(), present);
  await expectFacts(present, before);
  report('  containers run again, with their data');

  // A setting that the older version doesn't know.
  const settings = { ...JSON.parse(before.settings ?? '{}'), publishedPorts: 'localhost' };
  await writeFile(workload.settingsFile, JSON.stringify(settings));
  const later = { ...before, settings: JSON.stringify(settings) };

  report('back: the older version uses the VM that the present version started');
  await expectFacts(older, later);

  report('back: the VM restarts with the older image');
  await workload.output(older, 'machine', 'stop');
  const { exitCode, stderr } = await workload.run(older, 'machine', 'start');
  if (exitCode !== 0) {
    if (!/newer version of Berth/.test(stderr)) throw new Error(stderr);
    report(`  the older version refuses the newer data and says why: ${stderr.trim()}`);
  } else {
    await expectImage(await workload.bootedImage(), older);
    await expectFacts(older, later);
    report('  containers run again, with their data');
    await workload.output(older, 'machine', 'stop');
  }

  report('forwards again: the present version starts the stopped VM');
  await workload.output(present, 'machine', 'start');
  await expectImage(await workload.bootedImage(), present);
  await expectFacts(present, later);
  report('  containers run again, with their data');
}

async function expectFacts(version: BuiltVersion, facts: Record<string, string>): Promise<void> {
  await workload.waitUntilRestarted(version);
  deepStrictEqual(await workload.facts(version), facts);
}

async function expectImage(booted: string | undefined, version: BuiltVersion): Promise<void> {
  deepStrictEqual(
    booted,
    await imageOf(version),
    `The VM didn't boot the image of ${version.name}`,
  );
}
