import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startRegistry } from '../fixtures/registry.ts';
import { injectErrors } from './errors/inject.ts';
import { publishImages } from './images.ts';
import { killMany } from './kill-many.ts';
import { plantOrphans } from './orphans.ts';
import { cutPower } from './power-cuts/power-cuts.ts';
import { damageStateFiles } from './state-files.ts';

/**
 * `npm run faults [-- OPTIONS]` (as root) runs operations on an engine of this host, and kills the
 * engine or one of its programs at a moment that depends only on the seed. Afterwards nothing that
 * the engine has confirmed may be lost, nothing may be left without an owner, and the operation
 * must work again.
 *
 * `--seed N` and `--kills N` choose the run, `--minutes N` ends it early. `--only NAME` runs one
 * operation. `--states N` damages N files of the engine's state instead, each in a way of its own: the
 * next start must lose no file of a user, tell what it can't read, and be repairable. `--errors N` lets
 * N system calls of the engine fail instead. `--power-cuts N` starts the engine on N states of the data
 * disk as power cuts leave them. `--orphans` plants something of each kind that nothing
 * owns, which the audit must report.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    kills: { type: 'string', default: '20' },
    states: { type: 'string' },
    errors: { type: 'string' },
    'power-cuts': { type: 'string' },
    orphans: { type: 'boolean', default: false },
    minutes: { type: 'string', default: 'Infinity' },
    only: { type: 'string' },
  },
});

/** Aborts at an interrupt, so that no engine stays. */
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => interrupted.abort());
}
const directory = await mkdtemp(join(tmpdir(), 'berth-faults-'));
const registry = await startRegistry();
try {
  const images = await publishImages(directory, registry);
  const shared = {
    ...{ directory, images, signal: interrupted.signal },
    registry: { name: registry.guestHost, storage: registry.storage },
    print: (line: string) => console.log(line),
  };
  const chosen = () => {
    if (values.orphans) return plantOrphans(shared);
    if (values.states !== undefined) {
      return damageStateFiles({ ...shared, cases: Number(values.states) });
    }
    const seeded = {
      ...{ ...shared, only: values.only, seed: Number(values.seed) },
      deadline: Date.now() + Number(values.minutes) * 60_000,
    };
    if (values.errors !== undefined) {
      return injectErrors({ ...seeded, errors: Number(values.errors) });
    }
    if (values['power-cuts'] !== undefined) {
      return cutPower({ ...seeded, cuts: Number(values['power-cuts']) });
    }
    return killMany({ ...seeded, kills: Number(values.kills) });
  };
  const result = await chosen();
  console.log(result.summary);
  if (!result.isClean) process.exitCode = 1;
} finally {
  await registry.stop();
  await rm(directory, { recursive: true, force: true, maxRetries: 10 });
}
