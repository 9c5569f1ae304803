import type { Container, Service } from 'kubernetes-types/core/v1.js';

/** Has a shell and `nc`. */
const IMAGE = 'busybox';

/** A container that ends as soon as pods of a service are ready. */
export function waitFor(service: Service): Container {
  const { name = '' } = service.metadata ?? {};
  const [port] = service.spec?.ports ?? [];
  const isTcp = (port?.protocol ?? 'TCP') === 'TCP';
  // The name of a Service without an address exists only while a pod is ready. `nc` finds names as
  // other programs do, unlike `nslookup` of BusyBox. Nothing listens on port 1, so the pod says no.
  // Debian's BusyBox, which Berth ships, has no `nc -z`.
  const check =
    port !== undefined && isTcp
      ? `nc -w 2 ${name} ${port.port} -e true`
      : `nc -w 5 ${name} 1 </dev/null 2>&1 | grep -q refused`;
  return {
    name: `wait-for-${name}`.slice(0, 63).replace(/-+$/, ''),
    image: IMAGE,
    imagePullPolicy: 'IfNotPresent',
    command: ['/bin/sh', '-c', `until ${check}; do sleep 1; done`],
  };
}
