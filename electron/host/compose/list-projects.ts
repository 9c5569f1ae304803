import { dirname } from 'node:path';
import type { Project, ProjectContainer as Row } from '../../api/projects.ts';
import { loggerOf } from '../base/log.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { LABELS } from './apply/labels.ts';
import { listProjectContainers, type ProjectContainer } from './apply/observe.ts';
import { withOverride } from './file/find-files.ts';
import type { KnownFiles } from './file/known-files.ts';
import { loadProject } from './file/load.ts';

const log = loggerOf('compose');

/**
 * Lists projects that have containers, whichever program created them, and projects whose files
 * were opened, by name.
 */
export async function listProjects(
  client: EngineClient,
  known: KnownFiles,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Project[]> {
  const projects = new Map<string, Project>();
  for (const container of await listProjectContainers(client)) {
    const name = container.labels[LABELS.project] ?? '';
    const project = projects.get(name) ?? projectOf(name, container);
    if (!container.oneoff) project.containers.push(rowOf(container));
    projects.set(name, project);
  }
  for (const file of await known.list()) {
    const running = [...projects.values()].find(({ files }) => files[0] === file);
    if (running) {
      running.remembered = true;
      continue;
    }
    const files = await withOverride(file);
    const name = await nameOf(files, env);
    // A running project of the same name from another folder stays in the list.
    const key = projects.has(name) ? file : name;
    const directory = dirname(file);
    projects.set(key, { ...{ name, directory, files, remembered: true }, containers: [] });
  }
  return [...projects.values()].sort((a, b) => a.name.localeCompare(b.name));
}

/** A broken or missing file still has its folder's name. */
async function nameOf(
  files: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const loaded = await log.attempt('Reading a project', loadProject({ files, env }));
  const folder = dirname(files[0] ?? '').replace(/^.*[\\/]/, '');
  return loaded?.project?.name ?? folder.toLowerCase().replace(/[^a-z0-9_-]/g, '');
}

function projectOf(name: string, { labels }: ProjectContainer): Project {
  const directory = labels[LABELS.workingDirectory];
  return {
    name,
    ...(directory ? { directory } : {}),
    files: (labels[LABELS.configFiles] ?? '').split(',').filter(Boolean),
    remembered: false,
    containers: [],
  };
}

function rowOf({ id, name, service, state, status, summary }: ProjectContainer): Row {
  // A port that is open on both IPv4 and IPv6 is listed once.
  const ports = new Map(
    summary.Ports.map(({ PrivatePort, PublicPort, Type }) => [
      `${PrivatePort}/${Type}/${PublicPort ?? ''}`,
      {
        target: PrivatePort,
        protocol: Type,
        ...(PublicPort === undefined ? {} : { published: PublicPort }),
      },
    ]),
  );
  const { Health, ExitCode } = summary.Berth ?? {};
  return {
    ...{ id, name, service, image: summary.Image, state, status },
    ...(state === 'running' && Health !== undefined && { health: Health }),
    ...(state === 'exited' && ExitCode !== undefined && { exitCode: ExitCode }),
    ports: [...ports.values()].sort((a, b) => a.target - b.target),
  };
}
