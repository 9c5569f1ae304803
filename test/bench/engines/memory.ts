import { readFile } from 'node:fs/promises';
import { hasCode } from '../../../guest-agent/errors.ts';
import { descendants, nameOf } from '../../fixtures/processes.ts';

/** The programs of a peer that aren't the engine: the registry, and what containers run. */
const OTHERS = ['docker-registry', 'unshare', 'sleep'];

/** The memory of an engine with its helpers, in MiB: memory that processes share counts once (PSS). */
export async function engineMemory(pid: number): Promise<number> {
  const engine = descendants(pid).filter((each) => !OTHERS.includes(nameOf(each)));
  const sizes = await Promise.all(engine.map(proportionalSize));
  return sizes.reduce((sum, size) => sum + size, 0) / 1024;
}

/** In kB. */
async function proportionalSize(pid: number): Promise<number> {
  try {
    const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ESRCH')) return 0;
    throw error;
  }
}
