import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../engine/engine.ts';
import { describeVolume, type Volume, volumeSchema } from '../engine/volumes/volume.ts';
import { ifMissing } from '../errors.ts';
import { namesIn } from '../runtime/files/names-in.ts';
import { type Examined, orphan } from './finding.ts';
import type { Reality } from './reality.ts';
import { examineRecords } from './records.ts';

/** Whether each volume has its record and its directory. */
export async function examineVolumes(engine: Engine, reality: Reality): Promise<Examined> {
  const { volumes, directories } = engine;
  const records = new Map(volumes.list().map((volume) => [volume.name, volume]));
  const names = await namesIn(directories.volumes);
  const unreadable = names.filter((name) => !records.has(name) && volumes.has(name));
  const findings = await examineRecords<Volume>({
    directory: directories.volumes,
    schema: volumeSchema,
    ...{ records, unreadable, describe: describeVolume },
  });
  for (const name of records.keys()) {
    const path = volumes.mountpoint(name);
    if ((await stat(path).catch(ifMissing(undefined))) !== undefined) continue;
    findings.push({
      ...{ kind: 'lost', about: describeVolume(name) },
      message: `The files of ${describeVolume(name)} are gone: ${path} is missing.`,
      hint: `Restore the files from a copy. To start with an empty volume, run: berth volume rm ${name} && berth volume create ${name}`,
    });
  }
  for (const { mountPoint } of reality.mounts) {
    if (!mountPoint.startsWith(`${directories.volumes}/`)) continue;
    const name = mountPoint.slice(directories.volumes.length + 1).split('/')[0] ?? '';
    if (volumes.has(name)) continue;
    findings.push(
      orphan(
        join(directories.volumes, name),
        `A device is mounted for volume ${name}, which doesn't exist.`,
      ),
    );
  }
  return { checked: records.size, findings };
}
