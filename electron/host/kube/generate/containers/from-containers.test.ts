import { expect, it } from 'vitest';
import type { ContainerCreateRequest } from '../../../../../guest-agent/grammar/engine-types.ts';
import { writeManifests } from '../write-manifests.ts';
import { fromContainers, type GenerateOptions } from './from-containers.ts';

const web: ContainerCreateRequest = {
  Image: 'nginx:1.27',
  Env: ['MODE=test', 'API_TOKEN=secret'],
  ExposedPorts: { '80/tcp': {} },
  HostConfig: {
    Binds: ['data:/data'],
    PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8080' }] },
    RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 2 },
    NanoCpus: 5e8,
  },
};

async function generate(options: GenerateOptions = {}, request = web) {
  const { objects, warnings } = await fromContainers([{ name: 'web', request }], options);
  return { objects, warnings, text: writeManifests(objects) };
}

it('writes a pod with its Service, its claim and its secret variables', async () => {
  const { text, warnings } = await generate();
  expect(text).toContain(`apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  accessModes:
    - ReadWriteOnce
  resources:
    requests:
      storage: 1Gi
`);
  expect(text).toContain(`apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    app.kubernetes.io/name: web
    app.kubernetes.io/managed-by: berth
spec:
  enableServiceLinks: false
  automountServiceAccountToken: false
  containers:
    - name: web
      image: nginx:1.27
      imagePullPolicy: IfNotPresent
      ports:
        - containerPort: 80
      env:
        - name: MODE
          value: test
        - name: API_TOKEN
          valueFrom:
            secretKeyRef:
              name: web-env
              key: API_TOKEN
      resources:
        limits:
          cpu: 500m
      volumeMounts:
        - name: data
          mountPath: /data
  volumes:
    - name: data
      persistentVolumeClaim:
        claimName: data
  restartPolicy: OnFailure
`);
  expect(text).toContain('name: web-published');
  expect(warnings).toEqual([
    'volumes of Docker have no size and their data stays here; each claim asks for 1Gi (--storage)',
  ]);
});

it('writes a Deployment with the number of replicas that is asked for', async () => {
  const { objects, warnings } = await generate({ type: 'deployment', replicas: 2, storage: '5Gi' });
  expect(objects.map(({ kind }) => kind)).toEqual([
    ...['PersistentVolumeClaim', 'Secret', 'Service', 'Service', 'Deployment'],
  ]);
  expect(objects.at(-1)).toMatchObject({
    spec: { replicas: 2, strategy: { type: 'Recreate' } },
  });
  expect(objects[0]).toMatchObject({ spec: { resources: { requests: { storage: '5Gi' } } } });
  expect(warnings).toContain(
    'web: the container has no restart policy "always", but its pods always restart',
  );
});

it('writes a Job that fails as often as the container may', async () => {
  const { objects } = await generate({ type: 'job' });
  expect(objects.at(-1)).toMatchObject({
    kind: 'Job',
    spec: { backoffLimit: 2, template: { spec: { restartPolicy: 'OnFailure' } } },
  });
});

it('gives containers that share a volume the same claim, and valid names', async () => {
  const { objects, warnings } = await fromContainers([
    { name: 'my_web', request: web },
    { name: 'my-web', request: web },
  ]);
  const names = (kind: string) =>
    objects.filter((each) => each.kind === kind).map(({ metadata }) => metadata?.name);
  expect(names('Pod')).toEqual(['my-web', 'my-web-2']);
  expect(names('PersistentVolumeClaim')).toEqual(['data']);
  expect(warnings).toContain('my_web: the name in Kubernetes is my-web');
});

it('carries over rights, names of hosts and terminals', async () => {
  const { objects } = await generate(
    {},
    {
      ...{ Image: 'box', User: '1000:1000', Tty: true, OpenStdin: true, Hostname: 'box' },
      HostConfig: {
        ...{ ReadonlyRootfs: true, CapAdd: ['CAP_NET_ADMIN'], Privileged: true },
        ...{ SecurityOpt: ['no-new-privileges'], ExtraHosts: ['db:10.0.0.5'], NetworkMode: 'host' },
      },
    },
  );
  expect(objects).toHaveLength(1);
  expect(objects[0]).toMatchObject({
    spec: {
      ...{ hostname: 'box', hostNetwork: true, restartPolicy: 'Never' },
      hostAliases: [{ ip: '10.0.0.5', hostnames: ['db'] }],
      containers: [
        {
          ...{ tty: true, stdin: true },
          securityContext: {
            ...{
              privileged: true,
              readOnlyRootFilesystem: true,
              runAsUser: 1000,
              runAsGroup: 1000,
            },
            capabilities: { add: ['NET_ADMIN'] },
          },
        },
      ],
    },
  });
});
