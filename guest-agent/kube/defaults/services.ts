import type { Service } from 'kubernetes-types/core/v1.js';

export function serviceDefaults(service: Service): Service {
  const { spec } = service;
  if (!spec) return service;
  const type = spec.type ?? 'ClusterIP';
  const isOutside = type === 'NodePort' || type === 'LoadBalancer';
  return {
    ...service,
    spec: {
      sessionAffinity: 'None',
      ...(type === 'ExternalName'
        ? {}
        : {
            internalTrafficPolicy: 'Cluster',
            ipFamilies: ['IPv4'],
            ipFamilyPolicy: 'SingleStack',
          }),
      ...(isOutside ? { externalTrafficPolicy: 'Cluster' } : {}),
      ...(type === 'LoadBalancer' ? { allocateLoadBalancerNodePorts: true } : {}),
      ...spec,
      type,
      ...(spec.ports
        ? {
            ports: spec.ports.map((port) => ({
              ...{ protocol: 'TCP', targetPort: port.port },
              ...port,
            })),
          }
        : {}),
      ...(spec.sessionAffinity === 'ClientIP'
        ? {
            sessionAffinityConfig: {
              clientIP: { timeoutSeconds: 10_800 },
              ...spec.sessionAffinityConfig,
            },
          }
        : {}),
    },
  };
}
