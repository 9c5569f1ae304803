import type { Container, PodSpec, Probe, Volume } from 'kubernetes-types/core/v1.js';
import type { FieldErrors } from './field-errors.ts';
import { dnsLabel } from './names.ts';
import { isQuantity } from './quantity.ts';

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const ENV_NAME = /^[^=\0]+$/;
const MAX_PORT = 65_535;

/** `otherVolumes` are those that a StatefulSet adds to its pods. */
export function checkPodSpec(
  spec: PodSpec | undefined,
  at: string,
  errors: FieldErrors,
  otherVolumes: readonly string[] = [],
): void {
  if (!spec?.containers?.length) {
    errors.required(`${at}.containers`);
    return;
  }
  const { containers, initContainers = [], volumes = [], restartPolicy = 'Always' } = spec;
  if (!RESTART_POLICIES.includes(restartPolicy)) {
    errors.notSupported(`${at}.restartPolicy`, restartPolicy, RESTART_POLICIES);
  }
  checkVolumes(volumes, `${at}.volumes`, errors);
  const volumeNames = [...volumes.map(({ name }) => name), ...otherVolumes];
  const names = new Set<string>();
  const lists = [
    ['initContainers', initContainers],
    ['containers', containers],
  ] as const;
  for (const [list, members] of lists) {
    for (const [index, container] of members.entries()) {
      const path = `${at}.${list}[${index}]`;
      checkContainer(container, path, volumeNames, errors);
      if (names.has(container.name)) errors.duplicate(`${path}.name`, container.name);
      names.add(container.name);
    }
  }
  const seconds = spec.terminationGracePeriodSeconds ?? 0;
  if (seconds < 0) {
    errors.invalid(
      `${at}.terminationGracePeriodSeconds`,
      seconds,
      'must be greater than or equal to 0',
    );
  }
}

/** Checks one container of a pod. */
export function checkContainer(
  container: Container,
  at: string,
  volumes: readonly string[],
  errors: FieldErrors,
): void {
  const { name, image, imagePullPolicy = 'Always', ports = [], env = [] } = container;
  checkName(name, `${at}.name`, errors);
  if (!image?.trim()) errors.required(`${at}.image`);
  if (!PULL_POLICIES.includes(imagePullPolicy)) {
    errors.notSupported(`${at}.imagePullPolicy`, imagePullPolicy, PULL_POLICIES);
  }
  checkPorts(ports, `${at}.ports`, errors);
  for (const [index, { name, value, valueFrom }] of env.entries()) {
    const path = `${at}.env[${index}]`;
    if (!name) errors.required(`${path}.name`);
    else if (!ENV_NAME.test(name)) {
      errors.invalid(
        `${path}.name`,
        name,
        "a valid environment variable name must not contain '='",
      );
    }
    if (valueFrom && value) {
      errors.invalid(`${path}.valueFrom`, '', 'may not be specified when `value` is not empty');
    }
  }
  const mountPaths = new Set<string>();
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    const path = `${at}.volumeMounts[${index}]`;
    if (!mount.name) errors.required(`${path}.name`);
    else if (!volumes.includes(mount.name)) errors.notFound(`${path}.name`, mount.name);
    if (!mount.mountPath) errors.required(`${path}.mountPath`);
    else if (mountPaths.has(mount.mountPath)) {
      errors.invalid(`${path}.mountPath`, mount.mountPath, 'must be unique');
    }
    mountPaths.add(mount.mountPath);
  }
  const { requests = {}, limits = {} } = container.resources ?? {};
  for (const [list, amounts] of [
    ['requests', requests],
    ['limits', limits],
  ] as const) {
    for (const [resource, amount] of Object.entries(amounts)) {
      if (isQuantity(amount)) continue;
      errors.invalid(
        `${at}.resources.${list}[${resource}]`,
        amount,
        "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
      );
    }
  }
  checkProbe(container.livenessProbe, `${at}.livenessProbe`, errors);
  checkProbe(container.readinessProbe, `${at}.readinessProbe`, errors);
  checkProbe(container.startupProbe, `${at}.startupProbe`, errors);
}

function checkName(name: string | undefined, at: string, errors: FieldErrors): void {
  if (!name) {
    errors.required(at);
    return;
  }
  const wrong = dnsLabel(name);
  if (wrong) errors.invalid(at, name, wrong);
}

function checkPorts(ports: NonNullable<Container['ports']>, at: string, errors: FieldErrors): void {
  const names = new Set<string>();
  for (const [index, { name, containerPort, protocol = 'TCP', hostPort }] of ports.entries()) {
    const path = `${at}[${index}]`;
    if (name) {
      if (names.has(name)) errors.duplicate(`${path}.name`, name);
      names.add(name);
    }
    checkPortNumber(containerPort, `${path}.containerPort`, errors);
    if (hostPort) checkPortNumber(hostPort, `${path}.hostPort`, errors);
    if (!PROTOCOLS.includes(protocol)) errors.notSupported(`${path}.protocol`, protocol, PROTOCOLS);
  }
}

export function checkPortNumber(port: number | undefined, at: string, errors: FieldErrors): void {
  if (!port) errors.required(at);
  else if (port < 1 || port > MAX_PORT) {
    errors.invalid(at, port, `must be between 1 and ${MAX_PORT}, inclusive`);
  }
}

function checkVolumes(volumes: readonly Volume[], at: string, errors: FieldErrors): void {
  const names = new Set<string>();
  for (const [index, volume] of volumes.entries()) {
    const path = `${at}[${index}]`;
    checkName(volume.name, `${path}.name`, errors);
    if (names.has(volume.name)) errors.duplicate(`${path}.name`, volume.name);
    names.add(volume.name);
    const sources = Object.keys(volume).filter((field) => field !== 'name');
    for (const extra of sources.slice(1)) {
      errors.forbidden(`${path}.${extra}`, 'may not specify more than 1 volume type');
    }
  }
}

function checkProbe(probe: Probe | undefined, at: string, errors: FieldErrors): void {
  if (!probe) return;
  const handlers = [probe.exec, probe.httpGet, probe.tcpSocket, probe.grpc].filter(Boolean);
  if (handlers.length === 0) errors.required(at, 'must specify a handler type');
  if (handlers.length > 1) errors.forbidden(at, 'may not specify more than 1 handler type');
}
