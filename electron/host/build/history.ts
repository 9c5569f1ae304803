import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildRecord, type BuildSummary, buildRecordSchema } from '../../api/builds.ts';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { HostError } from '../base/errors.ts';
import { readRecord } from '../base/read-record.ts';
import { unlessMissing } from '../base/system-error.ts';

/** Finished builds, stored on the host because the engine doesn't keep them. */
export interface BuildHistory {
  /** Newest first, without their steps. */
  list(): Promise<BuildSummary[]>;
  /** Rejects with HostError 'invalid' if the build doesn't exist. */
  read(id: string): Promise<BuildRecord>;
  add(record: BuildRecord): Promise<void>;
  remove(id: string): Promise<void>;
}

/**
 * Stores each build in a file. File names sort in build order, and the oldest files are deleted.
 */
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
  /** An unreadable record counts as deleted. */
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
      if (!record) throw new HostError('invalid', `No such build: ${id}`);
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
