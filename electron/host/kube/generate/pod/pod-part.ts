import type { ConfigMap, Container, PodSpec, Secret, Volume } from 'kubernetes-types/core/v1.js';
import type { ContainerCreateRequest } from '../../../../../guest-agent/grammar/engine-types.ts';
import type { Warn } from '../generated.ts';
import type { Names } from '../kube-name.ts';
import { isAnnotationKey, isKubeName } from '../kube-name.ts';
import { environmentOf } from './environment.ts';
import { secretOf } from './file-object.ts';
import { literal } from './literal.ts';
import { mountsOf } from './mounts.ts';
import { containerPorts, type PodPorts, portsOf } from './ports.ts';
import { probeOf } from './probe.ts';
import { resourcesOf } from './resources.ts';
import { podSecurityOf, securityOf } from './security.ts';
import { warnOfUnsupported } from './unsupported.ts';

/** A container and what it needs of its pod. */
export interface PodPart {
  readonly container: Container;
  readonly volumes: readonly Volume[];
  readonly claims: readonly { readonly name: string; readonly source: string }[];
  /** Settings of the pod, apart from its containers and volumes. */
  readonly spec: Partial<PodSpec>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The objects that the container refers to. */
  readonly objects: readonly (ConfigMap | Secret)[];
  readonly ports: PodPorts;
}

export interface PartContext {
  readonly name: string;
  /** The labels of the objects that the container refers to. */
  readonly labels: Record<string, string>;
  readonly names: Names;
  readonly warn: Warn;
}

/** A container of the engine as a container of a pod. */
export async function podPartOf(
  request: ContainerCreateRequest,
  context: PartContext,
): Promise<PodPart> {
  const { name, labels, names, warn } = context;
  const { HostConfig = {}, Entrypoint, Cmd, Env, WorkingDir } = request;
  const secretName = names.nameFor(`env ${name}`, `${name}-env`);
  const { env, secrets } = environmentOf(Env ?? [], secretName);
  const { mounts, volumes, claims, fileObjects } = await mountsOf(request, {
    ...{ owner: name, labels, names, warn },
  });
  const ports = portsOf(request);
  const security = securityOf(request, warn);
  const resources = resourcesOf(HostConfig, warn);
  const probe = probeOf(request.Healthcheck);
  warnOfUnsupported(request, warn);
  const container: Container = {
    name,
    image: request.Image ?? '',
    // Docker pulls only images that are missing.
    imagePullPolicy: 'IfNotPresent',
    ...(Entrypoint?.length ? { command: [Entrypoint].flat().map(literal) } : {}),
    ...(Cmd?.length ? { args: [Cmd].flat().map(literal) } : {}),
    ...(WorkingDir ? { workingDir: WorkingDir } : {}),
    ...(ports.ports.length > 0 ? { ports: containerPorts(ports) } : {}),
    ...(env.length > 0 ? { env: [...env] } : {}),
    ...(resources ? { resources } : {}),
    ...(mounts.length > 0 ? { volumeMounts: mounts } : {}),
    ...(probe ? { readinessProbe: probe } : {}),
    ...(security ? { securityContext: security } : {}),
    ...(request.OpenStdin ? { stdin: true } : {}),
    ...(request.Tty ? { tty: true } : {}),
  };
  const secretFiles = Object.entries(secrets).map(([key, value]) => [key, Buffer.from(value)]);
  const objects = [
    ...fileObjects,
    ...(secretFiles.length > 0
      ? [secretOf(secretName, labels, Object.fromEntries(secretFiles))]
      : []),
  ];
  const annotations = annotationsOf(request, warn);
  return { container, volumes, claims, spec: specOf(request, warn), annotations, objects, ports };
}

/** Labels of Docker can have any value, which only annotations of Kubernetes can. */
function annotationsOf({ Labels, HostConfig }: ContainerCreateRequest, warn: Warn) {
  const all = Object.entries({ ...Labels, ...HostConfig?.Annotations }).filter(
    ([key]) => !key.startsWith('com.docker.compose.'),
  );
  const wrong = all.filter(([key]) => !isAnnotationKey(key)).map(([key]) => key);
  if (wrong.length > 0) warn(`these labels have no valid name for Kubernetes: ${wrong.join(', ')}`);
  return Object.fromEntries(all.filter(([key]) => isAnnotationKey(key)));
}

function specOf(request: ContainerCreateRequest, warn: Warn): Partial<PodSpec> {
  const { Hostname = '', StopTimeout, HostConfig = {} } = request;
  const { NetworkMode, PidMode, IpcMode } = HostConfig;
  const security = podSecurityOf(HostConfig, warn);
  if (NetworkMode === 'none') warn('Kubernetes has no pods without a network');
  if (Hostname !== '' && !isKubeName(Hostname)) warn(`host name "${Hostname}" isn't valid`);
  const shared = [PidMode, IpcMode].find((mode) => mode?.startsWith('container:'));
  if (shared) warn(`namespaces of another container are omitted: ${shared}`);
  return {
    ...(isKubeName(Hostname) ? { hostname: Hostname } : {}),
    ...(StopTimeout === undefined || StopTimeout === null
      ? {}
      : { terminationGracePeriodSeconds: StopTimeout }),
    ...(NetworkMode === 'host' ? { hostNetwork: true } : {}),
    ...(PidMode === 'host' ? { hostPID: true } : {}),
    ...(IpcMode === 'host' ? { hostIPC: true } : {}),
    ...(security ? { securityContext: security } : {}),
    ...hostAliases(HostConfig.ExtraHosts ?? [], warn),
    ...dns(HostConfig),
  };
}

function hostAliases(entries: readonly string[], warn: Warn): Partial<PodSpec> {
  const byAddress = new Map<string, string[]>();
  for (const entry of entries) {
    const [name = '', address = ''] = entry.split(/:(.*)/s);
    if (address === 'host-gateway') warn(`${name} is the name of the host, which pods don't reach`);
    else byAddress.set(address, [...(byAddress.get(address) ?? []), name]);
  }
  if (byAddress.size === 0) return {};
  return { hostAliases: [...byAddress].map(([ip, hostnames]) => ({ ip, hostnames })) };
}

type HostConfig = NonNullable<ContainerCreateRequest['HostConfig']>;

function dns({ Dns, DnsSearch, DnsOptions }: HostConfig): Partial<PodSpec> {
  const options = (DnsOptions ?? []).map((option) => {
    const [name = '', value] = option.split(':');
    return { name, ...(value === undefined ? {} : { value }) };
  });
  const dnsConfig = {
    ...(Dns?.length ? { nameservers: Dns } : {}),
    ...(DnsSearch?.length ? { searches: DnsSearch } : {}),
    ...(options.length > 0 ? { options } : {}),
  };
  return Object.keys(dnsConfig).length > 0 ? { dnsConfig } : {};
}
