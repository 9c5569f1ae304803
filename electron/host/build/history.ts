import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildRecord, type BuildSummary, buildRecordSchema } from '../../api/builds.ts';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { HostError } from '../base/errors.ts';
import { readRecord } from '../base/read-record.ts';
import { unlessMissing } from '../base/system-error.ts';

/** Builds that have ended, on this computer: the engine keeps none. */
export interface BuildHistory {
  /** Newest first, without their steps. */
  list(): Promise<BuildSummary[]>;
  /** Rejects with HostError 'invalid' when there is none. */
  read(id: string): Promise<BuildRecord>;
  add(record: BuildRecord): Promise<void>;
  remove(id: string): Promise<void>;
}

/** A file for each build, named so that their order is that of the builds; the oldest go. */
export function createBuildHistory(directory: string, most = 50): BuildHistory {
  const pathOf = (id: string) => join(directory, `${id}.json`);
  const ids = async () => {
    const names = (await readdir(directory).catch(unlessMissing)) ?? [];
    return names
      .filter((name) => name.endsWith('.json'))
      .map((name) => name.slice(0, -'.json'.length))
      .sort()
      .reverse();
  };
  /** One that cannot be read is as good as gone. */
  const tryRead = (id: string) => readRecord(pathOf(id), buildRecordSchema);
  return {
    async list() {
      const records = await Promise.all((await ids()).map(tryRead));
      return records.flatMap((record) => {
        if (!record) return [];
        const { steps: _, ...summary } = record;
        return [summary];
      });
    },
    async read(id) {
      const record = await tryRead(id);
      if (!record) throw new HostError('invalid', `there is no build ${id}`);
      return record;
    },
    async add(record) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      await writeFileAtomic(pathOf(record.id), JSON.stringify(record));
      for (const id of (await ids()).slice(most)) await rm(pathOf(id), { force: true });
    },
    async remove(id) {
      await rm(pathOf(id), { force: true });
    },
  };
}
