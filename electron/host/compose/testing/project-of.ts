import { type Loaded, loadProject } from '../file/load.ts';
import type { Project } from '../file/project.ts';

const FILE = '/work/shop/compose.yaml';

/** A compose file that is only text, at `/work/shop/compose.yaml`. */
export function load(
  text: string,
  options: { env?: Record<string, string>; override?: string; profiles?: string[] } = {},
): Promise<Loaded> {
  const { env = {}, override, profiles = [] } = options;
  const over = '/work/shop/compose.override.yaml';
  return loadProject({
    files: override === undefined ? [FILE] : [FILE, over],
    env,
    profiles,
    edited: new Map([
      [FILE, text],
      [over, override ?? ''],
    ]),
  });
}

/** Its project; throws when something is wrong with it. */
export async function projectOf(
  text: string,
  options: Parameters<typeof load>[1] = {},
): Promise<Project> {
  const { project, problems } = await load(text, options);
  if (project) return project;
  throw new Error(problems.map(({ line, message }) => `${line}: ${message}`).join('\n'));
}

/** What is wrong, as `line: message`. */
export async function problemsOf(
  text: string,
  options: Parameters<typeof load>[1] = {},
): Promise<string[]> {
  const { problems } = await load(text, options);
  return problems.map(({ line, message }) => `${line}: ${message}`);
}
