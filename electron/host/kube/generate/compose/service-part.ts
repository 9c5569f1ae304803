import type { Container, Lifecycle } from 'kubernetes-types/core/v1.js';
import type { ContainerCreateRequest } from '../../../../../guest-agent/grammar/engine-types.ts';
import { containerRequest } from '../../../compose/apply/container-request.ts';
import type { Project, ProjectService } from '../../../compose/file/project.ts';
import type { Warn } from '../generated.ts';
import type { Names } from '../kube-name.ts';
import { literal } from '../pod/literal.ts';
import { type PodPart, podPartOf } from '../pod/pod-part.ts';
import { labelsOf } from '../workload.ts';
import { fileMounts } from './files.ts';

export interface ServicePart extends PodPart {
  readonly service: ProjectService;
}

/** A service's container and what the container needs of its pod. */
export async function servicePartOf(
  project: Project,
  key: string,
  { names, secretConfigs }: { readonly names: Names; readonly secretConfigs: ReadonlySet<string> },
  warn: Warn,
): Promise<ServicePart> {
  const service = project.services[key];
  if (service === undefined) throw new Error(`no service ${key}`);
  const name = serviceName(names, key);
  const request = withVolumeKeys(project, requestOf(project, key, service));
  const labels = labelsOf(name, project.name);
  const part = await podPartOf(request, { name, labels, names, warn });
  const files = fileMounts(project, service, { names, secretConfigs }, warn);
  const mounts = [...(part.container.volumeMounts ?? []), ...files.mounts];
  const lifecycle = lifecycleOf(service, warn);
  const container: Container = {
    ...part.container,
    ...pullPolicy(service),
    ...(mounts.length > 0 ? { volumeMounts: mounts } : {}),
    ...(lifecycle ? { lifecycle } : {}),
  };
  return { ...part, service, container, volumes: [...part.volumes, ...files.volumes] };
}

export const serviceName = (names: Names, key: string): string =>
  names.nameFor(`service ${key}`, key);

/**
 * The request for the service's first container, as `up` would send it, without secrets and configs:
 * pods don't mount files of this host.
 */
function requestOf(project: Project, key: string, service: ProjectService) {
  return containerRequest(
    project,
    key,
    { ...service, secrets: [], configs: [] },
    {
      name: `${project.name}-${key}-1`,
      number: 1,
      imageId: '',
      containerOf: (other) => other,
    },
  );
}

/** The request with the project's keys for volumes, which are shorter than the engine's names. */
function withVolumeKeys(
  { volumes }: Project,
  request: ContainerCreateRequest,
): ContainerCreateRequest {
  const keys = new Map(Object.entries(volumes).map(([key, { name }]) => [name, key]));
  const { HostConfig = {} } = request;
  const Mounts = (HostConfig.Mounts ?? []).map((mount) => {
    const Source = mount.Type === 'volume' ? keys.get(mount.Source ?? '') : undefined;
    return Source === undefined ? mount : { ...mount, Source };
  });
  return { ...request, HostConfig: { ...HostConfig, Mounts } };
}

function pullPolicy({ pull_policy }: ProjectService): Pick<Container, 'imagePullPolicy'> {
  if (pull_policy === 'always') return { imagePullPolicy: 'Always' };
  return pull_policy === 'never' ? { imagePullPolicy: 'Never' } : {};
}

function lifecycleOf(service: ProjectService, warn: Warn): Lifecycle | undefined {
  const postStart = hookOf(service.post_start, 'post_start', warn);
  const preStop = hookOf(service.pre_stop, 'pre_stop', warn);
  if (!postStart && !preStop) return undefined;
  return { ...(postStart ? { postStart } : {}), ...(preStop ? { preStop } : {}) };
}

function hookOf(hooks: ProjectService['post_start'], key: string, warn: Warn) {
  const [hook, ...more] = hooks ?? [];
  if (hook === undefined) return undefined;
  if (more.length > 0) warn(`only the first command of ${key} is carried over`);
  if (hook.user || hook.privileged || hook.working_dir || hook.environment) {
    warn(`the command of ${key} runs like the container, without settings of its own`);
  }
  return { exec: { command: hook.command.map(literal) } };
}
