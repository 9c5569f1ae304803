import type { WatchAction } from '../../../api/file-watches.ts';
import { HostError, reasonOf } from '../../base/errors.ts';
import { listImages, removeImage } from '../../engine/images.ts';
import type { ComposeHost, Report } from '../apply/compose-host.ts';
import { runHooks } from '../apply/hooks.ts';
import { LABELS } from '../apply/labels.ts';
import { restart } from '../apply/lifecycle.ts';
import { ACTIVE_STATES, listProjectContainers } from '../apply/observe.ts';
import { prepareImages } from '../apply/prepare-images.ts';
import { up } from '../apply/up.ts';
import { withRestarted } from '../file/dependencies.ts';
import type { Project } from '../file/project.ts';
import { containerPath, copies, type WatchRule } from './rules.ts';
import { type SyncedPath, syncPaths } from './sync.ts';

/** What the handling of changes needs. */
export interface Watching {
  readonly host: ComposeHost;
  readonly project: Project;
  readonly rules: readonly WatchRule[];
  /** Remove the images that rebuilds leave without a name. */
  readonly prune: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Takes lines about what happens. */
  readonly say: (line: string) => void;
  /** Takes what commands in containers write. */
  readonly output: (data: Buffer) => void;
  readonly report: Report;
  /** Takes the beginning and the end of each action. */
  readonly onAction?: (action: WatchAction) => void;
}

/** Go's `%q` of a list. */
const quoted = (names: readonly string[]) => `[${names.map((name) => `"${name}"`).join(' ')}]`;

/**
 * Does what the rules say about changed paths, in the order of Docker Compose: rebuilds, copies,
 * restarts, then commands. Rejects with the first failure.
 */
export async function handleChanges(
  watching: Watching,
  paths: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<void> {
  const { host, project, say, report } = watching;
  const rules = watching.rules.filter((rule) => [...paths].some((path) => rule.matches(path)));
  const servicesOf = (fits: (rule: WatchRule) => boolean) => [
    ...new Set(rules.filter(fits).map(({ service }) => service)),
  ];
  const rebuilt = servicesOf(({ trigger }) => trigger.action === 'rebuild');
  if (rebuilt.length > 0) {
    await acting(watching, { action: 'rebuild', services: rebuilt }, () =>
      rebuild(watching, rebuilt, signal),
    );
  }
  for (const service of servicesOf(({ trigger }) => copies(trigger))) {
    const synced = rules
      .filter((rule) => rule.service === service && copies(rule.trigger))
      .flatMap((rule) => syncedPaths(rule, paths));
    say(`Syncing service "${service}" after ${synced.length} changes were detected`);
    await acting(watching, { action: 'sync', services: [service], files: synced.length }, () =>
      syncPaths(host.engine, { project: project.name, service }, synced, signal),
    );
  }
  const restarted = servicesOf(({ trigger }) => trigger.action.endsWith('restart'));
  if (restarted.length > 0) {
    const services = withRestarted(project.services, restarted);
    const options = { services, known: services, hooks: project.services };
    await acting(watching, { action: 'restart', services: restarted }, () =>
      restart(host.engine, project.name, options, report, signal),
    );
    say(`service(s) ${quoted(restarted)} restarted`);
  }
  for (const { service, trigger } of rules) {
    if (trigger.action !== 'sync+exec') continue;
    await acting(watching, { action: 'exec', services: [service] }, () =>
      execute(watching, service, trigger.exec, signal),
    );
  }
}

async function acting(
  { onAction }: Watching,
  action: Omit<WatchAction, 'type' | 'state'>,
  work: () => Promise<void>,
): Promise<void> {
  onAction?.({ type: 'action', state: 'working', ...action });
  await work();
  onAction?.({ type: 'action', state: 'done', ...action });
}

/** The changed paths of a rule, with their places in the container. */
function syncedPaths(rule: WatchRule, paths: ReadonlySet<string>): SyncedPath[] {
  return [...paths].sort().flatMap((path) => {
    const container = rule.matches(path) ? containerPath(rule, path) : undefined;
    return container === undefined ? [] : [{ host: path, container }];
  });
}

async function rebuild(
  { host, project, prune, env, say, report }: Watching,
  names: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  say(`Rebuilding service(s) ${quoted(names)} after changes were detected...`);
  const services = new Set(names);
  try {
    await prepareImages(host, project, { build: true, services, env }, report, signal);
  } catch (error) {
    say(`Build failed. Error: ${reasonOf(error)}`);
    throw error;
  }
  say(`service(s) ${quoted(names)} successfully built`);
  // The images exist, also those of services that always build.
  const built = Object.fromEntries(
    Object.entries(project.services).map(([name, service]) => [
      name,
      { ...service, pull_policy: 'missing' as const },
    ]),
  );
  const options = { services: names, noDeps: true, recreate: 'always' as const, env };
  await up(host, { ...project, services: built }, options, report, signal);
  if (prune) await removeUnnamed(host, project);
}

async function removeUnnamed({ engine }: ComposeHost, { name }: Project): Promise<void> {
  const filters = { dangling: ['true'], label: [`${LABELS.project}=${name}`] };
  for (const { Id } of await listImages(engine, { filters })) {
    await removeImage(engine, Id).catch(unlessUsed);
  }
}

/** A container may still use the image, or somebody else may have removed it. */
function unlessUsed(error: unknown): void {
  if (!(error instanceof HostError) || (error.status !== 409 && error.status !== 404)) throw error;
}

async function execute(
  { host, project, output }: Watching,
  service: string,
  { command, ...exec }: WatchRule['trigger']['exec'],
  signal: AbortSignal,
): Promise<void> {
  const hook = { ...exec, command: command ?? [] };
  const all = await listProjectContainers(host.engine, project.name);
  const running = all.filter(
    (each) => each.service === service && !each.oneoff && ACTIVE_STATES.includes(each.state),
  );
  await Promise.all(
    running.map((container) => runHooks(host.engine, container, [hook], signal, output)),
  );
}
