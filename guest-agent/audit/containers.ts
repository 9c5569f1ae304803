import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { rootPath } from '../engine/containers/mounts/root-file-system.ts';
import {
  type ContainerRecord,
  containerRecordSchema,
  hasProcess,
  layersOf,
} from '../engine/containers/record/container.ts';
import { volumesOf } from '../engine/containers/record/volume-users.ts';
import type { Engine } from '../engine/engine.ts';
import { ifMissing } from '../errors.ts';
import { processState, stateOfNamed } from '../runtime/process/process-state.ts';
import { type Examined, type Finding, mismatch } from './finding.ts';
import type { Reality } from './reality.ts';
import { examineRecords } from './records.ts';
import { strayRuns } from './stray-runs.ts';

/** Whether containers match their records, and whether remains of others exist. */
export async function examineContainers(engine: Engine, reality: Reality): Promise<Examined> {
  const { containers, directories } = engine;
  const records = new Map(containers.all().map(({ id, record }) => [id, record]));
  const findings = await examineRecords<ContainerRecord>({
    directory: directories.containerRecords,
    schema: containerRecordSchema,
    ...{ records, unreadable: containers.unreadable.ids() },
    describe: (id, record) => `container ${record?.name ?? id.slice(0, 12)}`,
    // Results of health checks aren't worth a write each.
    compared: ({ state: { health: _, ...state }, ...record }) => ({ ...record, state }),
  });
  for (const record of records.values()) {
    findings.push(...(await missingParts(engine, record)));
    findings.push(...(await runProblems(engine, record, reality)));
  }
  findings.push(...strayRuns(engine, reality));
  return { checked: records.size, findings };
}

/** The parts that the container needs for its next start. */
async function missingParts(engine: Engine, record: ContainerRecord): Promise<Finding[]> {
  const about = `container ${record.name}`;
  if (record.state.status === 'removing') {
    const hint = `Remove it again: berth rm --force ${record.name}`;
    return [mismatch(about, `The removal of ${about} isn't complete.`, hint)];
  }
  const findings: Finding[] = [];
  const upper = join(engine.directories.container(record.id), 'upper');
  if ((await stat(upper).catch(ifMissing(undefined))) === undefined) {
    findings.push({
      ...{ kind: 'lost', about },
      message: `The files that ${about} wrote are gone: ${upper} is missing.`,
      hint: `Create the container again. To remove what is left, run: berth rm --force ${record.name}`,
    });
  }
  const missing = layersOf(record).filter((layer) => engine.layers.get(layer) === undefined);
  if (missing.length > 0) {
    findings.push({
      ...{ kind: 'lost', about },
      message: `${missing.length} image layers of ${about} are missing, so the container can't start.`,
      hint: `Pull or build the image again: ${record.config.Image}`,
    });
  }
  for (const name of volumesOf(record)) {
    if (engine.volumes.has(name)) continue;
    findings.push({
      ...{ kind: 'lost', about: `volume ${name}` },
      message: `${about} uses volume ${name}, which doesn't exist.`,
      hint: `Create the volume again: berth volume create ${name}`,
    });
  }
  return findings;
}

/** Whether a container runs exactly if its record says so. */
async function runProblems(
  engine: Engine,
  record: ContainerRecord,
  reality: Reality,
): Promise<Finding[]> {
  const { id, state } = record;
  const about = `container ${record.name}`;
  if (!hasProcess(record)) {
    const left = [
      reality.bundles.includes(id) && 'files of a run',
      reality.namespaces.includes(id) && 'a network namespace',
      reality.runtime.includes(id) && 'an entry of the runtime',
      reality.cgroups.includes(id) && 'a cgroup',
      reality.processes.some(({ words }) => isMonitor(words, id)) && 'a monitor',
    ].filter((part) => part !== false);
    if (left.length === 0) return [];
    return [mismatch(about, `${about} doesn't run, but has ${left.join(', ')}.`)];
  }
  const mode = record.hostConfig.NetworkMode;
  const hasOwnNetwork = mode !== 'host' && !mode.startsWith('container:');
  const root = rootPath(engine, id);
  const missing = [
    (await processState(state.pid)) === 'gone' && `its process ${state.pid}`,
    (await stateOfNamed(state.monitorPid, id)) === 'gone' && `its monitor ${state.monitorPid}`,
    !reality.mounts.some(({ mountPoint }) => mountPoint === root) && 'its root file system',
    !reality.runtime.includes(id) && 'its entry of the runtime',
    hasOwnNetwork && !reality.namespaces.includes(id) && 'its network namespace',
  ].filter((part) => part !== false);
  if (missing.length === 0) return [];
  return [
    mismatch(
      about,
      `${about} is ${state.status} in its record, but ${missing.join(', ')} is missing.`,
      `Restart the container: berth restart ${record.name}`,
    ),
  ];
}

const isMonitor = (words: readonly string[], id: string) =>
  words[0] === 'conmon' && words.includes(id);
