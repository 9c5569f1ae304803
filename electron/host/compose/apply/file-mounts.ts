import { stat } from 'node:fs/promises';
import type { Mount } from '../../../../guest-agent/grammar/engine-types.ts';
import { HostError } from '../../base/errors.ts';
import { unlessMissing } from '../../base/system-error.ts';
import type { FileReference } from '../file/file-reference-schema.ts';
import type { NamedFile, Project, ProjectService } from '../file/project.ts';
import { type FileKind, filesOf, targetOf } from '../file/service-files.ts';
import type { Report } from './compose-host.ts';

/** A secret or config that is a file of the host, and that a container therefore mounts. */
interface MountedFile {
  readonly kind: FileKind;
  readonly file: NamedFile & { readonly file: string };
  readonly reference: FileReference;
}

/** The files that containers of a service mount. Throws HostError 'invalid' for those of a swarm. */
export function mountedFiles(project: Project, service: ProjectService): MountedFile[] {
  return filesOf(project, service).flatMap(({ kind, file, reference }) => {
    refuseSwarm(kind, file);
    const { file: path } = file;
    return path === undefined ? [] : [{ kind, reference, file: { ...file, file: path } }];
  });
}

/** The mounts of secrets and configs, except at `taken` paths: a volume there counts more. */
export function fileMounts(
  project: Project,
  service: ProjectService,
  taken: ReadonlySet<string>,
): Mount[] {
  const mounts = mountedFiles(project, service).map(
    ({ kind, file, reference }): Mount => ({
      ...{ Type: 'bind', Source: file.file, Target: targetOf(kind, reference), ReadOnly: true },
      // As Docker Compose asks for it, so that the containers are equal.
      ...(kind === 'secret' && { BindOptions: {} }),
    }),
  );
  // The last one at a path counts, but a secret counts more than a config.
  const secrets = new Map(mounts.filter(isSecret).map((mount) => [mount.Target, mount]));
  const configs = new Map(mounts.map((mount) => [mount.Target, mount]));
  return [...new Map([...configs, ...secrets]).values()].filter(
    ({ Target = '' }) => !taken.has(Target),
  );
}

const isSecret = ({ BindOptions }: Mount) => BindOptions !== undefined;

/** Reports the settings of files without an effect, and missing files, in Docker's words. */
export async function warnOfFiles(
  project: Project,
  name: string,
  service: ProjectService,
  report: Report,
): Promise<void> {
  const warn = (text: string) => report({ kind: 'project', name, state: 'warning', text });
  const files = mountedFiles(project, service);
  for (const { kind, file, reference } of files) {
    const { uid, gid, mode } = reference;
    if ((uid ?? gid ?? mode) !== undefined) {
      const what = kind === 'secret' ? 'secrets' : 'config';
      warn(`${what} \`uid\`, \`gid\` and \`mode\` are not supported, they will be ignored`);
    }
    const found = await stat(file.file).catch(unlessMissing);
    if (kind === 'secret' && !found) warn(`secret file ${file.name} does not exist`);
  }
}

function refuseSwarm(kind: FileKind, { name, external, driver, template_driver }: NamedFile): void {
  if (external) {
    throw new HostError('invalid', `unsupported external ${kind} ${name}`, {
      hint: 'Only a swarm has external secrets and configs. Use `file` or `environment` instead.',
    });
  }
  for (const [key, value] of Object.entries({ driver, template_driver })) {
    if (value) throw new HostError('invalid', `Berth does not support ${kind}s.*.${key}`);
  }
}
