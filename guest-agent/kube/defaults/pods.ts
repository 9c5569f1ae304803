import type {
  Container,
  PodSpec,
  PodTemplateSpec,
  Probe,
  ResourceRequirements,
  Volume,
} from 'kubernetes-types/core/v1.js';

/** What Kubernetes sets in the spec of a pod. */
export function podSpecDefaults(spec: PodSpec): PodSpec {
  const { initContainers, ephemeralContainers, volumes, containers = [] } = spec;
  return {
    ...{ restartPolicy: 'Always', dnsPolicy: 'ClusterFirst', schedulerName: 'default-scheduler' },
    ...{ terminationGracePeriodSeconds: 30, securityContext: {}, enableServiceLinks: true },
    ...spec,
    containers: containers.map((container) => containerDefaults(container, spec)),
    ...(initContainers
      ? { initContainers: initContainers.map((container) => containerDefaults(container, spec)) }
      : {}),
    ...(ephemeralContainers
      ? {
          ephemeralContainers: ephemeralContainers.map((each) => containerDefaults(each, spec)),
        }
      : {}),
    ...(volumes ? { volumes: volumes.map(volumeDefaults) } : {}),
  };
}

export function templateDefaults<T extends PodTemplateSpec>(template: T): T {
  return template?.spec ? { ...template, spec: podSpecDefaults(template.spec) } : template;
}

function containerDefaults<T extends Container>(container: T, { hostNetwork }: PodSpec): T {
  const { image = '', ports, env, resources = {} } = container;
  const { livenessProbe, readinessProbe, startupProbe, lifecycle } = container;
  return {
    ...{ imagePullPolicy: isLatest(image) ? 'Always' : 'IfNotPresent' },
    ...{ terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' },
    ...container,
    resources: resourceDefaults(resources),
    ...(ports
      ? {
          ports: ports.map((port) => ({
            protocol: 'TCP',
            ...(hostNetwork ? { hostPort: port.containerPort } : {}),
            ...port,
          })),
        }
      : {}),
    ...(env
      ? {
          env: env.map((variable) => {
            const fieldRef = variable.valueFrom?.fieldRef;
            if (!fieldRef) return variable;
            const valueFrom = {
              ...variable.valueFrom,
              fieldRef: { apiVersion: 'v1', ...fieldRef },
            };
            return { ...variable, valueFrom };
          }),
        }
      : {}),
    ...(livenessProbe ? { livenessProbe: probeDefaults(livenessProbe) } : {}),
    ...(readinessProbe ? { readinessProbe: probeDefaults(readinessProbe) } : {}),
    ...(startupProbe ? { startupProbe: probeDefaults(startupProbe) } : {}),
    ...(lifecycle
      ? {
          lifecycle: Object.fromEntries(
            Object.entries(lifecycle).map(([name, handler]) => [name, handlerDefaults(handler)]),
          ),
        }
      : {}),
  };
}

/** Without a tag, or with `latest`, an image is pulled at each start. */
function isLatest(image: string): boolean {
  if (image.includes('@')) return false;
  const tag = /:([^/:]+)$/.exec(image)?.[1];
  return tag === undefined || tag === 'latest';
}

/** A limit is also the request, unless there is one. */
function resourceDefaults(resources: ResourceRequirements): ResourceRequirements {
  const { limits } = resources;
  return limits ? { ...resources, requests: { ...limits, ...resources.requests } } : resources;
}

function probeDefaults(probe: Probe): Probe {
  return {
    ...{ timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 },
    ...handlerDefaults(probe),
  };
}

type Handler = Pick<Probe, 'httpGet'> & { readonly grpc?: Probe['grpc'] };

function handlerDefaults<T extends Handler>(handler: T): T {
  const { httpGet, grpc } = handler;
  return {
    ...handler,
    ...(httpGet ? { httpGet: { path: '/', scheme: 'HTTP', ...httpGet } } : {}),
    ...(grpc ? { grpc: { service: '', ...grpc } } : {}),
  };
}

const FILE_MODE = 0o644;

function volumeDefaults(volume: Volume): Volume {
  const { name, secret, configMap, projected, downwardAPI, hostPath, ...others } = volume;
  const mode = { defaultMode: FILE_MODE };
  if (secret) return { ...volume, secret: { ...mode, ...secret } };
  if (configMap) return { ...volume, configMap: { ...mode, ...configMap } };
  if (hostPath) return { ...volume, hostPath: { type: '', ...hostPath } };
  if (downwardAPI) {
    const items = downwardAPI.items?.map((item) => ({
      ...item,
      ...(item.fieldRef ? { fieldRef: { apiVersion: 'v1', ...item.fieldRef } } : {}),
    }));
    return { ...volume, downwardAPI: { ...mode, ...downwardAPI, ...(items ? { items } : {}) } };
  }
  if (projected) {
    const sources = projected.sources?.map((source) =>
      source.serviceAccountToken
        ? {
            ...source,
            serviceAccountToken: { expirationSeconds: 3600, ...source.serviceAccountToken },
          }
        : source,
    );
    return { ...volume, projected: { ...mode, ...projected, ...(sources ? { sources } : {}) } };
  }
  return Object.keys(others).length === 0 ? { name, emptyDir: {} } : volume;
}
