import { readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { HostError } from '../../base/errors.ts';
import { writeContainerPath } from '../../engine/archives.ts';
import type { EngineClient } from '../../engine/connection/client.ts';
import type { NamedFile, Project, ProjectService } from './project.ts';
import { filesOf, targetOf } from './service-files.ts';

/** Readable by everyone, as in Docker. */
const MODE = '0444';

/**
 * Writes the secrets and configs that a service has from variables or as text into its container
 * before it starts. Those from files are mounted.
 */
export async function writeFiles(
  client: EngineClient,
  project: Project,
  service: ProjectService,
  container: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const files = filesOf(project, service).filter(({ file }) => file.file === undefined);
  if (files.length === 0) return;
  const tar = pack();
  for (const { kind, file, reference } of files) {
    const { source, uid, gid, mode = MODE } = reference;
    const content = await contentOf(file, kind, source, env);
    tar.entry(
      {
        name: posix.join('.', targetOf(kind, reference)),
        mode: Number.parseInt(mode, 8),
        uid: Number(uid ?? 0),
        gid: Number(gid ?? 0),
      },
      content,
    );
  }
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
