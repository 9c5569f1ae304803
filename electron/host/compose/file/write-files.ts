import { readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { HostError } from '../../base/errors.ts';
import { writeContainerPath } from '../../engine/archives.ts';
import type { EngineClient } from '../../engine/connection/client.ts';
import type { FileReference } from './file-reference-schema.ts';
import type { NamedFile, Project, ProjectService } from './project.ts';

/** Where relative targets begin. */
const PLACES = { secret: '/run/secrets', config: '/' } as const;

/** Readable by everyone, as in Docker. */
const MODE = '0444';

/**
 * Copies the secrets and configs of a service into its container before it starts. Because they are
 * copied, no folder of the host has to be shared for them.
 */
export async function writeFiles(
  client: EngineClient,
  project: Project,
  service: ProjectService,
  container: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const { secrets = [], configs = [] } = service;
  if (secrets.length + configs.length === 0) return;
  const tar = pack();
  const add = async (
    file: NamedFile | undefined,
    { source, target, uid, gid, mode = MODE }: FileReference,
    what: keyof typeof PLACES,
  ) => {
    if (!file) return;
    const content = await contentOf(file, what, source, env);
    tar.entry(
      {
        name: posix.join('.', posix.resolve(PLACES[what], target ?? source)),
        mode: Number.parseInt(mode, 8),
        uid: Number(uid ?? 0),
        gid: Number(gid ?? 0),
      },
      content,
    );
  };
  for (const entry of secrets) await add(project.secrets[entry.source], entry, 'secret');
  for (const entry of configs) await add(project.configs[entry.source], entry, 'config');
  tar.finalize();
  const content = Readable.from(tar, { objectMode: false });
  await writeContainerPath(client, container, '/', content, { intoReadOnly: true });
}

/** The content of a secret or config. Throws HostError 'invalid' if there is none. */
export async function contentOf(
  file: NamedFile,
  what: string,
  key: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Buffer> {
  if (file.content !== undefined) return Buffer.from(file.content);
  if (file.environment !== undefined) {
    const value = env[file.environment];
    if (value !== undefined) return Buffer.from(value);
    throw new HostError(
      'invalid',
      `environment variable "${file.environment}" required by ${what} "${key}" is not set`,
    );
  }
  if (file.file === undefined) {
    throw new HostError('invalid', `unsupported external ${what} ${key}`, {
      hint: 'Berth has no swarm, so use `file` instead',
    });
  }
  try {
    return await readFile(file.file);
  } catch (cause) {
    throw new HostError('invalid', `${what} "${key}": can't read ${file.file}`, { cause });
  }
}
