import { LABELS } from './apply/labels.ts';
import { ACTIVE_STATES, type ProjectContainer } from './apply/observe.ts';

/** A project as `docker compose ls` lists it. */
export interface RunningProject {
  readonly Name: string;
  /** How many of its containers are in each state: `exited(1), running(2)`. */
  readonly Status: string;
  /** Separated by commas. */
  readonly ConfigFiles: string;
}

/** The projects with running containers, or, with `all`, with any. No `names` means all names. */
export function runningProjects(
  containers: readonly ProjectContainer[],
  { all, names }: { readonly all: boolean; readonly names: readonly string[] },
): RunningProject[] {
  const shown = containers.filter(({ state }) => all || ACTIVE_STATES.includes(state));
  const projects = Map.groupBy(shown, ({ labels }) => labels[LABELS.project] ?? '');
  return [...projects]
    .filter(([name]) => names.length === 0 || names.some((text) => name.includes(text)))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([Name, own]) => ({ Name, Status: statusOf(own), ConfigFiles: filesOf(own) }));
}

function statusOf(containers: readonly ProjectContainer[]): string {
  return [...Map.groupBy(containers, ({ state }) => state)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([state, own]) => `${state}(${own.length})`)
    .join(', ');
}

function filesOf(containers: readonly ProjectContainer[]): string {
  const files = containers.flatMap(({ labels }) => (labels[LABELS.configFiles] ?? '').split(','));
  return [...new Set(files)].filter(Boolean).join(',');
}
