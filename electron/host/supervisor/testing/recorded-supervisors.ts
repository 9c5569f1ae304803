import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folderIn = (home: string) => join(home, 'supervisors');

/** Records this process as a supervisor, so that a test can find it without a list of all processes. */
export function recordSupervisor(home: string): void {
  mkdirSync(folderIn(home), { recursive: true });
  writeFileSync(join(folderIn(home), String(process.pid)), '');
}

/** The process IDs of all supervisors that were started with this home, also of ended ones. */
export function recordedSupervisors(home: string): number[] {
  mkdirSync(folderIn(home), { recursive: true });
  return readdirSync(folderIn(home)).map(Number);
}
