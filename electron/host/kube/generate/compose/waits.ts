import type { Container, Service } from 'kubernetes-types/core/v1.js';

/** Has a shell and `nc`. */
const IMAGE = 'busybox';

/** A container that ends as soon as pods of a service are ready. */
export function waitFor(service: Service): Container {
  const { name = '' } = service.metadata ?? {};
  const [port] = service.spec?.ports ?? [];
  const isTcp = (port?.protocol ?? 'TCP') === 'TCP';
  const hasAddress = service.spec?.clusterIP !== 'None';
  // A Service with an address has it before a pod is ready. Other names exist only from then on.
  // Unlike `nslookup` of BusyBox, `nc` resolves names as other programs do.
  const check =
    hasAddress && port !== undefined && isTcp
      ? `nc -z -w 2 ${name} ${port.port}`
      : `! nc -w 1 ${name} 1 </dev/null 2>&1 | grep -q 'bad address'`;
  return {
    name: `wait-for-${name}`.slice(0, 63).replace(/-+$/, ''),
    image: IMAGE,
    imagePullPolicy: 'IfNotPresent',
    command: ['/bin/sh', '-c', `until ${check}; do sleep 1; done`],
  };
}
