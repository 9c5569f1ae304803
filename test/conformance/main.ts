import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runSuite, suiteCases } from '../engine-suite/suite.ts';
import type { Programs } from './clients/programs.ts';
import { openDescription } from './description/description.ts';
import { type Recorder, startRecorder } from './description/recorder.ts';
import { startBoth } from './peers/both.ts';
import type { Peer, Registry } from './peers/peer.ts';
import type { DockerStore } from './row.ts';
import { chooseGroups } from './rows/groups.ts';
import { runGroups } from './run-groups.ts';
import type { Surroundings } from './run-row.ts';

/**
 * `npm run conformance [-- [--native] [--show] [GROUP...]]` runs the same commands against Docker's
 * engine and Berth's, and compares the answers. It exits with 1 if they differ without a reason, or
 * if one of Berth's answers doesn't match the API's description. With `--native`, the engine runs
 * on this host instead of in a VM. `--show` prints Docker's answers. The group `suite` runs the cases
 * of test/engine-suite, which the fake engine passes too, against both engines.
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    native: { type: 'boolean', default: false },
    show: { type: 'boolean', default: false },
  },
});
const runsSuite = positionals.length === 0 || positionals.includes('suite');
const named = positionals.filter((name) => name !== 'suite');
const groups = named.length > 0 || positionals.length === 0 ? chooseGroups(named) : [];
const clients = join(import.meta.dirname, 'clients');
const description = await openDescription();

const recorders: Recorder[] = [];
const { berth, programs, registry, directory, dockerWith, stop } = await startBoth({
  native: values.native,
  // The suite's Docker has its own store.
  store: runsSuite ? 'graph driver' : groups[0]?.store,
});

try {
  const ofBerth = await record('berth', berth);
  const berthSurroundings = await surroundings('berth', ofBerth.socket, programs, registry);
  const ofDocker = new Map<DockerStore, Recorder>();
  const recordDocker = async (store: DockerStore) => {
    const recorder = ofDocker.get(store) ?? (await record(nameOf(store), await dockerWith(store)));
    ofDocker.set(store, recorder);
    return recorder;
  };
  const bothWith = async (store: DockerStore) => {
    const { socket } = await recordDocker(store);
    const docker = await surroundings(nameOf(store), socket, programs, registry);
    return { docker, berth: berthSurroundings };
  };
  let failed = groups.length > 0 ? await runGroups(groups, bothWith, values.show) : 0;
  if (runsSuite) {
    const docker = await recordDocker('graph driver');
    failed += await runSuiteOn(registry, ['docker', docker], ['berth', ofBerth]);
  }
  // Where Docker itself deviates from the description, the description is wrong.
  const excused = new Set([...ofDocker.values()].flatMap((recorder) => recorder.violations()));
  const violations = ofBerth.violations().filter((violation) => !excused.has(violation));
  for (const violation of violations) console.log(`description: ${violation}`);
  process.exitCode = failed > 0 || violations.length > 0 ? 1 : 0;
} finally {
  for (const recorder of recorders) await recorder.stop();
  await stop();
}

/** Prints what fails; returns how much. */
async function runSuiteOn(
  registry: Registry,
  ...engines: [name: string, { socket: string }][]
): Promise<number> {
  let failed = 0;
  for (const [name, { socket }] of engines) {
    const failures = await runSuite({ socket, image: `${registry.name}/box:1` });
    for (const failure of failures) console.log(`suite: ${name}: ${failure}`);
    console.log(
      `suite: ${name}: ${suiteCases.length - failures.length} of ${suiteCases.length} pass`,
    );
    failed += failures.length;
  }
  return failed;
}

function nameOf(store: DockerStore): string {
  return store === 'containerd' ? 'docker-containerd' : 'docker';
}

async function record(name: string, peer: Peer): Promise<Recorder> {
  const socket = join(directory, `${name}.sock`);
  const recorder = await startRecorder(socket, peer.socket, description);
  recorders.push(recorder);
  return recorder;
}

async function surroundings(
  name: string,
  socket: string,
  programs: Programs,
  registry: Registry,
): Promise<Surroundings> {
  const scripts = join(directory, `${name}-scripts`);
  await mkdir(scripts);
  return {
    directory: scripts,
    environment: {
      PATH: `${programs.path}:${join(clients, 'bin')}:/usr/sbin:/usr/bin:/sbin:/bin`,
      HOME: scripts,
      DOCKER_CONFIG: programs.configuration,
      DOCKER_HOST: `unix://${socket}`,
      DOCKER_CLI_HINTS: 'false',
      REGISTRY: registry.name,
      CLIENTS: clients,
      // Which of the two answers, for clients that are Berth's own.
      ENGINE: name,
      // If the host is itself a container, Testcontainers assumes that it runs beside the
      // containers it starts.
      ...(name === 'berth' && !values.native && { TESTCONTAINERS_HOST_OVERRIDE: '127.0.0.1' }),
      LC_ALL: 'C.UTF-8',
    },
  };
}
