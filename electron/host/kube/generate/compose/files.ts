import { posix } from 'node:path';
import type { Volume, VolumeMount } from 'kubernetes-types/core/v1.js';
import type { FileReference } from '../../../compose/file/file-reference-schema.ts';
import type { Project, ProjectService } from '../../../compose/file/project.ts';
import { contentOf } from '../../../compose/file/write-files.ts';
import type { KubeManifest, Warn } from '../generated.ts';
import type { Names } from '../kube-name.ts';
import { areSecret, configMapOf, fileKey, fileVolume, secretOf } from '../pod/file-object.ts';
import { labelsOf } from '../workload.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type What = 'secret' | 'config';

const FOLDERS = { secret: '/run/secrets', config: '/' } as const;

/** The Secrets and ConfigMaps for the files that services of a project mount. */
export async function fileObjects(
  project: Project,
  names: Names,
  env: Environment,
  secretConfigs: ReadonlySet<string>,
): Promise<KubeManifest[]> {
  const objects: KubeManifest[] = [];
  for (const what of ['secret', 'config'] as const) {
    for (const source of usedFiles(project, what)) {
      const file = project[`${what}s`][source];
      if (file === undefined || file.external) continue;
      const name = fileObjectName(names, what, source);
      const files = { [fileKey(source)]: await contentOf(file, what, source, env) };
      const labels = labelsOf(name, project.name);
      const isSecret = what === 'secret' || secretConfigs.has(source);
      objects.push((isSecret ? secretOf : configMapOf)(name, labels, files));
    }
  }
  return objects;
}

/** The configs that become Secrets, because their files have private keys or passwords. */
export async function secretConfigsOf(project: Project, env: Environment): Promise<Set<string>> {
  const found = new Set<string>();
  for (const source of usedFiles(project, 'config')) {
    const file = project.configs[source];
    if (file === undefined || file.external) continue;
    const name = file.file === undefined ? source : posix.basename(file.file);
    if (areSecret({ [name]: await contentOf(file, 'config', source, env) })) found.add(source);
  }
  return found;
}

function usedFiles({ services }: Project, what: What): Set<string> {
  const lists = Object.values(services).map((service) => service[`${what}s`] ?? []);
  return new Set(lists.flat().map(({ source }) => source));
}

const fileObjectName = (names: Names, what: What, source: string) =>
  names.nameFor(`${what} ${source}`, source);

/** The volumes and mounts for the secrets and configs of a service. */
export function fileMounts(
  project: Project,
  service: ProjectService,
  { names, secretConfigs }: { readonly names: Names; readonly secretConfigs: ReadonlySet<string> },
  warn: Warn,
): { readonly volumes: Volume[]; readonly mounts: VolumeMount[] } {
  const volumes: Volume[] = [];
  const mounts: VolumeMount[] = [];
  for (const what of ['secret', 'config'] as const) {
    for (const reference of service[`${what}s`] ?? []) {
      const { source } = reference;
      const isExternal = project[`${what}s`][source]?.external === true;
      if (isExternal) warn(`${what} ${source} is external; create it in the cluster`);
      const mountPath = posix.resolve(FOLDERS[what], reference.target ?? source);
      const item = { key: fileKey(source), path: posix.basename(mountPath), ...modeOf(reference) };
      const name = `${what}-${volumes.length + 1}`;
      const object = fileObjectName(names, what, source);
      const isSecret = what === 'secret' || secretConfigs.has(source);
      volumes.push(fileVolume(name, object, [item], isSecret));
      mounts.push({ name, mountPath, subPath: item.path, readOnly: true });
      if (reference.uid !== undefined || reference.gid !== undefined) {
        warn(`${what} ${source} belongs to root; Kubernetes sets no owner of single files`);
      }
    }
  }
  return { volumes, mounts };
}

function modeOf({ mode }: FileReference): { mode?: number } {
  return mode === undefined ? {} : { mode: Number.parseInt(mode, 8) };
}
