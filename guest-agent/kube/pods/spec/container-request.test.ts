import type { Container, PodSpec } from 'kubernetes-types/core/v1.js';
import { describe, expect, it } from 'vitest';
import { Objects } from '../../objects/objects.ts';
import { pods } from '../../objects/resources.ts';
import { infrastructureRequest } from '../infrastructure/infrastructure-request.ts';
import { containerRequest } from './container-request.ts';

async function podWith(spec: Partial<PodSpec>, container: Partial<Container> = {}) {
  const containers = [{ name: 'app', image: 'busybox', ...container }];
  return new Objects().create(pods, {
    metadata: { namespace: 'shop', name: 'web' },
    spec: { containers, ...spec },
  });
}

async function request(
  container: Partial<Container>,
  spec: Partial<PodSpec> = {},
  image: object = {},
) {
  const pod = await podWith(spec, container);
  return containerRequest(
    { pod, podIps: ['10.1.0.5'], hostIp: '10.0.0.1' },
    pod.spec?.containers[0] ?? { name: '' },
    {
      image: { id: 'sha256:1', config: image },
      environment: new Map([['NAME', 'ann']]),
      ...{ mounts: [], infrastructure: 'pause-id', restarts: 2 },
    },
  );
}

describe('containerRequest', () => {
  it('joins the namespaces of the pod', async () => {
    const found = await request({});
    expect(found.HostConfig).toMatchObject({
      ...{ NetworkMode: 'container:pause-id', IpcMode: 'container:pause-id' },
      ...{ UTSMode: 'container:pause-id', PidMode: '' },
    });
    expect(found.Labels).toMatchObject({
      'io.kubernetes.pod.name': 'web',
      'io.kubernetes.pod.namespace': 'shop',
      'io.kubernetes.container.name': 'app',
      'io.kubernetes.container.restartCount': '2',
    });
    const shared = await request({}, { shareProcessNamespace: true, hostIPC: true });
    expect(shared.HostConfig).toMatchObject({ PidMode: 'container:pause-id', IpcMode: 'host' });
    expect((await request({}, { hostPID: true })).HostConfig.PidMode).toBe('host');
  });

  it('takes `command` for the entrypoint and `args` for the command, with variables', async () => {
    const found = await request({ command: ['sh', '-c'], args: ['echo $(NAME) $(OTHER)'] });
    expect(found).toMatchObject({ Entrypoint: ['sh', '-c'], Cmd: ['echo ann $(OTHER)'] });
    expect(await request({ args: ['x'] })).toMatchObject({ Entrypoint: null, Cmd: ['x'] });
    expect(found.Env).toEqual(['NAME=ann']);
  });

  it('turns the security contexts of pod and container into settings of the engine', async () => {
    const found = await request(
      {
        securityContext: {
          ...{ runAsUser: 1000, readOnlyRootFilesystem: true, allowPrivilegeEscalation: false },
          capabilities: { add: ['NET_ADMIN'], drop: ['ALL'] },
          seccompProfile: { type: 'RuntimeDefault' },
        },
      },
      {
        securityContext: {
          runAsUser: 1,
          runAsGroup: 2000,
          fsGroup: 3000,
          supplementalGroups: [4000],
        },
      },
    );
    expect(found.User).toBe('1000:2000');
    expect(found.HostConfig).toMatchObject({
      ...{ ReadonlyRootfs: true, CapAdd: ['NET_ADMIN'], CapDrop: ['ALL'] },
      ...{ GroupAdd: ['4000', '3000'], SecurityOpt: ['no-new-privileges', 'seccomp=builtin'] },
    });
  });

  it.each([
    [{ runAsNonRoot: true }, {}, 'image will run as root'],
    [{ runAsNonRoot: true }, { User: 'app' }, 'non-numeric user (app)'],
    [{ runAsNonRoot: true, runAsUser: 0 }, {}, 'breaks non-root policy'],
  ])('refuses %o with the image %o', async (securityContext, image, message) => {
    await expect(request({ securityContext }, {}, image)).rejects.toThrow(message);
  });

  it('lets an image with a number as its user run as non-root', async () => {
    const found = await request({ securityContext: { runAsNonRoot: true } }, {}, { User: '1000' });
    expect(found.User).toBe('');
  });
});

describe('infrastructureRequest', () => {
  it('has the names and ports of the pod', async () => {
    const pod = await podWith(
      {
        subdomain: 'peers',
        hostAliases: [{ ip: '10.9.9.9', hostnames: ['legacy', 'old'] }],
        dnsConfig: { searches: ['example.com'], options: [{ name: 'ndots', value: '2' }] },
        securityContext: { sysctls: [{ name: 'net.core.somaxconn', value: '1024' }] },
      },
      { ports: [{ containerPort: 80, hostPort: 8080 }, { containerPort: 81 }] },
    );
    const { Hostname, Domainname, HostConfig } = infrastructureRequest(pod);
    expect({ Hostname, Domainname }).toEqual({
      Hostname: 'web',
      Domainname: 'peers.shop.svc.cluster.local',
    });
    expect(HostConfig).toMatchObject({
      ...{ NetworkMode: 'kube', IpcMode: 'shareable' },
      PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8080' }] },
      ExtraHosts: ['legacy:10.9.9.9', 'old:10.9.9.9'],
      DnsSearch: ['shop.svc.cluster.local', 'svc.cluster.local', 'cluster.local', 'example.com'],
      DnsOptions: ['ndots:2'],
      Sysctls: { 'net.core.somaxconn': '1024' },
    });
  });

  it('uses the network of the node', async () => {
    const { Hostname, HostConfig } = infrastructureRequest(await podWith({ hostNetwork: true }));
    expect({ Hostname, mode: HostConfig.NetworkMode, uts: HostConfig.UTSMode }).toEqual({
      ...{ Hostname: '', mode: 'host', uts: 'host' },
    });
    expect(HostConfig.DnsSearch).toEqual([]);
  });
});
