import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { StepCache } from '../build/steps/step-cache.ts';
import type { Engine } from '../engine/engine.ts';
import { ifMissing } from '../errors.ts';
import { namesIn } from '../runtime/files/names-in.ts';
import { type Examined, type Finding, orphan } from './finding.ts';

/** Whether temporary files of builds, contexts and cached steps belong to something. */
export async function examineBuilds(
  { directories, layers }: Engine,
  steps: StepCache,
  isTemporary: (path: string) => Promise<boolean>,
): Promise<Examined> {
  const findings: Finding[] = [];
  const list = steps.list();
  const known = new Set(list.map(({ key }) => `${key}.json`));
  for (const { key, layer } of list) {
    if (layer === null || layers.get(layer) !== undefined) continue;
    findings.push(
      orphan(`build step ${key.slice(0, 12)}`, `The layer of build step ${key} is missing.`),
    );
  }
  const stray = async (
    directory: string,
    isOwned: (name: string) => Promise<boolean> | boolean,
  ) => {
    for (const name of await namesIn(directory)) {
      const path = join(directory, name);
      if ((await isOwned(name)) || (await isTemporary(path))) continue;
      findings.push(orphan(path, `No build owns ${path}.`));
    }
  };
  await stray(directories.buildSteps, (name) => known.has(name));
  const contexts = join(directories.data, 'contexts');
  await stray(contexts, (name) => exists(join(contexts, name, 'index.json')));
  for (const directory of [
    directories.builds,
    directories.buildSecrets,
    directories.buildScripts,
    directories.buildAgents,
  ]) {
    await stray(directory, () => false);
  }
  return { checked: list.length, findings };
}

const exists = (path: string) => stat(path).then(() => true, ifMissing(false));
