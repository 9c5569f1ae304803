import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { removeDeepTree } from '../../guest-agent/store/remove-deep-tree.ts';
import { publishImages } from '../faults/images.ts';
import { startRegistry } from '../fixtures/registry.ts';
import { press } from './press.ts';
import { scenarios } from './scenarios.ts';

/**
 * `npm run pressure [-- OPTIONS]` (as root) asks more of an engine on this host than a user does, in many
 * ways. Meanwhile it measures how quickly the engine answers. After each, nothing may be lost and
 * nothing left without an owner.
 *
 * `--only NAME` runs one scenario, and can be repeated. `--scale 0.1` runs them with a tenth of
 * everything. `--minutes N` is how long the mixed work takes at full scale. `--seed N` chooses what
 * is random. `--slack N` lets each ping take N times as long, for hosts that other programs keep busy.
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    scale: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '10' },
    slack: { type: 'string', default: '1' },
  },
});
const names = scenarios.map(({ name }) => name);
const unknown = values.only?.filter((name) => !names.includes(name)) ?? [];
if (unknown.length > 0) {
  console.error(`Unknown scenario: ${unknown.join(', ')}. Choose from: ${names.join(', ')}`);
  process.exit(2);
}

/** Aborts at an interrupt, so that no engine stays. */
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => interrupted.abort());
}
const directory = await mkdtemp(join(tmpdir(), 'berth-pressure-'));
const registry = await startRegistry();
try {
  const images = await publishImages(directory, registry);
  const { summary, isClean } = await press({
    ...{ directory, images, signal: interrupted.signal },
    registry: { name: registry.guestHost, storage: registry.storage },
    scenarios: scenarios.filter(({ name }) => values.only?.includes(name) ?? true),
    scale: Number(values.scale),
    seed: Number(values.seed),
    minutes: Number(values.minutes),
    slack: Number(values.slack),
    print: (line) => console.log(line),
  });
  console.log(summary);
  if (!isClean) process.exitCode = 1;
} finally {
  await registry.stop();
  await removeDeepTree(directory);
}
