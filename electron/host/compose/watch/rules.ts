import { readFile } from 'node:fs/promises';
import { join, posix, resolve } from 'node:path';
import { PatternError } from '../../../../guest-agent/contract/glob-token.ts';
import { HostError } from '../../base/errors.ts';
import { isMissing } from '../../base/system-error.ts';
import { isRemote } from '../../buildkit/sources.ts';
import type { ServiceBuild } from '../file/build-schema.ts';
import type { WatchTrigger } from '../file/develop-schema.ts';
import type { Project, ProjectService } from '../file/project.ts';
import { type PathMatcher, pathInside, pathMatcher } from './path-matcher.ts';
import { TEMPORARY_FILES } from './temporary-files.ts';

/** A path of a service that is watched. */
export interface WatchRule {
  readonly service: string;
  readonly trigger: WatchTrigger;
  /** Whether the rule is about this path of the host. */
  matches(path: string): boolean;
  /** Whether the rule never looks into this directory. */
  leavesOut(directory: string): boolean;
}

/** The actions that copy files. */
export const copies = ({ action }: WatchTrigger): boolean => action.startsWith('sync');

/**
 * The rules of these services. Throws HostError 'invalid', in Docker's words, for a rule that can't
 * work, and if there are no rules.
 */
export async function watchRules(
  project: Project,
  services: ReadonlySet<string>,
  warn: (text: string) => void,
): Promise<WatchRule[]> {
  const rules: WatchRule[] = [];
  for (const [name, service] of Object.entries(project.services)) {
    if (!services.has(name)) continue;
    const ignored = await ignoredByBuild(service.build as ServiceBuild | undefined);
    for (const trigger of service.develop?.watch ?? []) {
      checkTrigger(name, service, trigger);
      if (copies(trigger) && isBindMounted(trigger.path, service)) {
        warn(
          `path '${trigger.path}' also declared by a bind mount volume, this path won't be monitored!`,
        );
        continue;
      }
      rules.push(ruleOf(name, trigger, ignored));
    }
  }
  if (rules.length > 0) return rules;
  throw new HostError(
    'invalid',
    "none of the selected services is configured for watch, consider setting a 'develop' section",
  );
}

/** The path in the container of a path of the host. Undefined without a target. */
export function containerPath({ trigger }: WatchRule, path: string): string | undefined {
  const inside = pathInside(trigger.path, path);
  if (!trigger.target || inside === undefined) return undefined;
  return posix.join(trigger.target, inside);
}

function checkTrigger(name: string, { build }: ProjectService, trigger: WatchTrigger): void {
  const { action, exec, target } = trigger;
  if (action === 'rebuild' && !build) {
    throw new HostError(
      'invalid',
      `can't watch service "${name}" with action rebuild without a build context`,
    );
  }
  if (copies(trigger) && !target) {
    throw new HostError('invalid', `services.${name}.develop.watch: ${action} requires a target`);
  }
  if (action === 'sync+exec' && !exec.command?.length) {
    throw new HostError(
      'invalid',
      `can't watch with action "sync+exec" on service ${name} without a command`,
    );
  }
}

function ruleOf(service: string, trigger: WatchTrigger, ignored: PathMatcher): WatchRule {
  const { path, include = [], ignore = [] } = trigger;
  const place = `services.${service}.develop.watch`;
  const own = orInvalid(place, () => pathMatcher(path, ignore));
  const included = orInvalid(place, () => pathMatcher(path, include));
  const temporary = pathMatcher(path, [...TEMPORARY_FILES, '**/.git']);
  const matchers = [ignored, own, temporary];
  return {
    ...{ service, trigger },
    matches: (changed) =>
      pathInside(path, changed) !== undefined &&
      (include.length === 0 || included.matches(changed)) &&
      !matchers.some((matcher) => matcher.matches(changed)),
    leavesOut: (directory) =>
      // The path may appear later in a directory above.
      (pathInside(path, directory) === undefined && pathInside(directory, path) === undefined) ||
      matchers.some((matcher) => !matcher.hasExceptions && matcher.matches(directory)),
  };
}

/** What the service's build leaves out. */
async function ignoredByBuild(build: ServiceBuild | undefined): Promise<PathMatcher> {
  if (build === undefined || isRemote(build.context)) return pathMatcher('/', []);
  const { context, dockerfile } = build;
  for (const file of [`${dockerfile}.dockerignore`, '.dockerignore']) {
    const place = join(context, file);
    try {
      const text = await readFile(place, 'utf8');
      return orInvalid(place, () => pathMatcher(context, text.split(/\r?\n/)));
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  return pathMatcher(context, []);
}

function orInvalid<T>(place: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof PatternError)) throw cause;
    throw new HostError('invalid', `${place}: ${cause.message}`, { cause });
  }
}

/** Its files are in the container already. */
export function isBindMounted(path: string, { volumes = [] }: ProjectService): boolean {
  return volumes.some(
    ({ type, source }) =>
      type === 'bind' &&
      source !== undefined &&
      pathInside(resolve(source), resolve(path)) !== undefined,
  );
}
