import { posix } from 'node:path';
import type { FileReference } from './file-reference-schema.ts';
import type { NamedFile, Project, ProjectService } from './project.ts';

/** A secret differs from a config in where it appears in containers. */
export type FileKind = 'secret' | 'config';

/** Where relative targets begin. */
const PLACES: Readonly<Record<FileKind, string>> = { secret: '/run/secrets', config: '/' };

/** The path of a secret or config in containers. */
export const targetOf = (kind: FileKind, { source, target }: FileReference): string =>
  posix.resolve(PLACES[kind], target ?? source);

/** What a service refers to, secrets first. */
export function filesOf(
  project: Project,
  { secrets = [], configs = [] }: ProjectService,
): { kind: FileKind; file: NamedFile; reference: FileReference }[] {
  const named = (kind: FileKind, reference: FileReference) => {
    const file = (kind === 'secret' ? project.secrets : project.configs)[reference.source];
    return file ? [{ kind, file, reference }] : [];
  };
  return [
    ...secrets.flatMap((reference) => named('secret', reference)),
    ...configs.flatMap((reference) => named('config', reference)),
  ];
}
