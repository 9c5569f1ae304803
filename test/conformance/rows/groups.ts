import type { Group } from '../row.ts';
import { api } from './api.ts';
import { archives } from './archives.ts';
import { bakes } from './bake.ts';
import { build } from './build.ts';
import { buildCache } from './build-cache.ts';
import { buildChecks } from './build-checks.ts';
import { buildConfig } from './build-config.ts';
import { buildContexts } from './build-contexts.ts';
import { buildGraph } from './build-graph.ts';
import { buildMistakes } from './build-mistakes.ts';
import { buildOutputs } from './build-outputs.ts';
import { buildRemoteCache } from './build-remote-cache.ts';
import { builders } from './builders.ts';
import { buildx } from './buildx.ts';
import { clients } from './clients.ts';
import { compose } from './compose.ts';
import { composeBuild } from './compose-build.ts';
import { composeConfig } from './compose-config.ts';
import { composeKeys } from './compose-keys.ts';
import { composeProjects } from './compose-projects.ts';
import { composeVerbs } from './compose-verbs.ts';
import { cp } from './cp.ts';
import { dockerfileLanguage } from './dockerfile.ts';
import { exec } from './exec.ts';
import { images } from './images.ts';
import { inspect } from './inspect.ts';
import { lifecycle } from './lifecycle.ts';
import { logs } from './logs.ts';
import { networks } from './networks.ts';
import { run } from './run.ts';
import { system } from './system.ts';
import { volumes } from './volumes.ts';

const groups: readonly Group[] = [
  ...[run, lifecycle, logs, exec, inspect, images, archives, cp],
  ...[
    buildConfig,
    buildMistakes,
    buildCache,
    buildRemoteCache,
    buildGraph,
    buildContexts,
    buildOutputs,
    builders,
    bakes,
    composeBuild,
  ],
  ...[
    networks,
    volumes,
    system,
    api,
    build,
    buildx,
    buildChecks,
    dockerfileLanguage,
    compose,
    composeConfig,
    composeKeys,
    composeProjects,
    composeVerbs,
    clients,
  ],
];

/** The groups with these names, or all groups if there are no names. */
export function chooseGroups(names: readonly string[]): readonly Group[] {
  const unknown = names.find((name) => !groups.some((group) => group.name === name));
  if (unknown !== undefined) {
    throw new Error(`no group ${unknown}; there are ${groups.map(({ name }) => name).join(', ')}`);
  }
  return names.length > 0 ? groups.filter(({ name }) => names.includes(name)) : groups;
}
