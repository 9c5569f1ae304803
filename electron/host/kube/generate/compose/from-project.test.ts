import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requireProject } from '../../../compose/file/load.ts';
import { fromProject, type ProjectOptions } from './from-project.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-generate-'));
});
afterEach(() => rm(directory, { recursive: true }));

/** The manifests of a Compose file, by `KIND NAME`. */
async function generate(
  text: string,
  env: Record<string, string> = {},
  options: Partial<ProjectOptions> = {},
) {
  const file = join(directory, 'compose.yaml');
  await writeFile(file, `name: shop\n${text}`);
  const project = await requireProject({ files: [file], env });
  const { objects, warnings } = await fromProject(project, { env, ...options });
  const get = (key: string) => {
    const found = objects.find(({ kind, metadata }) => `${kind} ${metadata?.name}` === key);
    if (found === undefined) throw new Error(`no ${key}`);
    return JSON.parse(JSON.stringify(found));
  };
  return {
    warnings,
    get,
    names: objects.map(({ kind, metadata }) => `${kind} ${metadata?.name}`).sort(),
    podOf: (key: string) => get(key).spec.template.spec,
  };
}

describe('the kind of a workload', () => {
  it('follows the restart policy, the mode and the volumes', async () => {
    const { names } = await generate(`
services:
  web: { image: web, restart: always }
  db: { image: db, volumes: ["data:/data"] }
  once: { image: web, restart: "no" }
  tries: { image: web, deploy: { mode: replicated-job, restart_policy: { condition: on-failure, max_attempts: 3 } } }
  agent: { image: web, deploy: { mode: global } }
volumes: { data: }
`);
    expect(names.filter((name) => !name.startsWith('Service'))).toEqual([
      ...['DaemonSet agent', 'Deployment web', 'Job once', 'Job tries', 'StatefulSet db'],
    ]);
  });

  it('tells which services restart although their file does not say so', async () => {
    const { warnings } = await generate(
      'services: { a: { image: a }, b: { image: b, restart: always } }',
    );
    expect(warnings).toEqual([
      'pods restart when they exit; if one of these services should run once, set `restart: "no"`: a',
    ]);
  });

  it('carries over replicas, limits and how to update', async () => {
    const { get, podOf } = await generate(`
services:
  web:
    image: web
    stop_grace_period: 5s
    deploy:
      replicas: 4
      labels: { team: shop }
      update_config: { parallelism: 2, order: start-first, delay: 10s, failure_action: rollback }
      resources:
        limits: { cpus: "1.5", memory: 512m }
        reservations: { memory: 256m }
      placement: { constraints: ["node.labels.disk == ssd"] }
`);
    const { metadata, spec } = get('Deployment web');
    expect(metadata.annotations).toEqual({ team: 'shop' });
    expect(spec).toMatchObject({
      replicas: 4,
      minReadySeconds: 10,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 2, maxUnavailable: 0 } },
    });
    const pod = podOf('Deployment web');
    expect(pod).toMatchObject({
      terminationGracePeriodSeconds: 5,
      nodeSelector: { disk: 'ssd' },
      enableServiceLinks: false,
    });
    expect(pod.containers[0].resources).toEqual({
      limits: { cpu: '1500m', memory: '512Mi' },
      requests: { memory: '256Mi' },
    });
  });
});

describe('ports', () => {
  it('are reachable inside by the container port, and outside by the published one', async () => {
    const { get } = await generate(
      'services: { web: { image: web, ports: ["8080:80", "53:53/udp"] } }',
    );
    expect(get('Service web').spec.ports).toEqual([
      { name: 'udp-53', port: 53, protocol: 'UDP' },
      { name: 'tcp-80', port: 80 },
    ]);
    expect(get('Service web-published').spec).toMatchObject({
      type: 'LoadBalancer',
      ports: expect.arrayContaining([{ name: 'tcp-8080', port: 8080, targetPort: 80 }]),
    });
  });

  it('need one Service if they are published under their own numbers', async () => {
    const { names, get } = await generate('services: { web: { image: web, ports: ["80:80"] } }');
    expect(names).toEqual(['Deployment web', 'Service web']);
    expect(get('Service web').spec.type).toBe('LoadBalancer');
  });

  it('stay inside if they are published only on localhost', async () => {
    const { get, warnings } = await generate(
      'services: { web: { image: web, ports: ["127.0.0.1:8080:80"] } }',
    );
    expect(get('Service web').spec.type).toBeUndefined();
    expect(warnings).toContain(
      'web: port 80 is published only on localhost; use `kubectl port-forward service/web 8080:80`',
    );
  });

  it('are not needed for a name: services without ports and their other names resolve too', async () => {
    const { get } = await generate(`
services:
  db: { image: db, container_name: the-db, networks: { default: { aliases: [database] } } }
`);
    for (const name of ['db', 'database', 'the-db']) {
      expect(get(`Service ${name}`).spec).toEqual({
        clusterIP: 'None',
        selector: { 'app.kubernetes.io/name': 'db', 'app.kubernetes.io/part-of': 'shop' },
      });
    }
  });
});

describe('the environment', () => {
  it('comes from a Secret for variables with secret names, and stays literal', async () => {
    const { podOf, get } = await generate(`
services:
  db:
    image: db
    command: ["sh", "-c", "echo $$(DB_USER)"]
    environment: { DB_USER: shop, DB_PASSWORD: "5$$", PASSWORD_FILE: /run/secrets/x }
`);
    const [container] = podOf('Deployment db').containers;
    expect(container.args).toEqual(['sh', '-c', 'echo $$(DB_USER)']);
    expect(container.env).toEqual([
      { name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'db-env', key: 'DB_PASSWORD' } } },
      { name: 'DB_USER', value: 'shop' },
      { name: 'PASSWORD_FILE', value: '/run/secrets/x' },
    ]);
    expect(get('Secret db-env').stringData).toEqual({ DB_PASSWORD: '5$' });
  });
});

describe('depends_on', () => {
  const file = `
services:
  db:
    image: db
    expose: ["5432"]
    healthcheck: { test: pg_isready, interval: 5s, timeout: 2s, retries: 4 }
  migrate:
    image: app
    command: migrate
    depends_on: { db: { condition: service_healthy } }
  app:
    image: app
    depends_on:
      migrate: { condition: service_completed_successfully }
`;

  it('becomes init containers: waits, and what must have succeeded', async () => {
    const { names, podOf, warnings } = await generate(file);
    expect(names).toEqual(['Deployment app', 'Deployment db', 'Service app', 'Service db']);
    const [wait, migrate] = podOf('Deployment app').initContainers;
    expect(wait).toMatchObject({
      name: 'wait-for-db',
      command: ['/bin/sh', '-c', 'until nc -w 2 db 5432 -e true; do sleep 1; done'],
    });
    expect(migrate).toMatchObject({ name: 'migrate', image: 'app', args: ['migrate'] });
    expect(warnings).toContain(
      'migrate: runs in the pods of the services that wait for it, each time a pod starts',
    );
  });

  it('waits for a pod that answers if the file names no port', async () => {
    const { podOf } = await generate(
      'services: { db: { image: db }, app: { image: app, depends_on: [db] } }',
    );
    expect(podOf('Deployment app').initContainers[0].command[2]).toBe(
      'until nc -w 5 db 1 </dev/null 2>&1 | grep -q refused; do sleep 1; done',
    );
  });

  it('waits for the health check, which is a readiness probe', async () => {
    const { podOf } = await generate(file);
    const [container] = podOf('Deployment db').containers;
    expect(container.readinessProbe).toEqual({
      exec: { command: ['/bin/sh', '-c', 'pg_isready'] },
      ...{ periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 4 },
    });
    expect(container.livenessProbe).toBeUndefined();
  });
});

describe('volumes', () => {
  it('of one service belong to its StatefulSet; shared ones are claims', async () => {
    const { get, podOf } = await generate(`
services:
  db: { image: db, volumes: ["data:/data"] }
  web: { image: web, volumes: ["files:/files:ro"] }
  upload: { image: web, volumes: ["files:/files"] }
volumes: { data: , files: }
`);
    expect(get('StatefulSet db').spec.volumeClaimTemplates[0].metadata.name).toBe('data');
    expect(get('PersistentVolumeClaim files').spec.resources.requests.storage).toBe('1Gi');
    const pod = podOf('Deployment web');
    expect(pod.volumes).toEqual([{ name: 'files', persistentVolumeClaim: { claimName: 'files' } }]);
    expect(pod.containers[0].volumeMounts).toEqual([
      { name: 'files', mountPath: '/files', readOnly: true },
    ]);
    expect(get('Deployment web').spec.strategy).toEqual({ type: 'Recreate' });
  });

  it('from folders with a few files become ConfigMaps, others stay on the node', async () => {
    await mkdir(join(directory, 'conf'));
    await writeFile(join(directory, 'conf', 'app.conf'), 'a=1\n');
    await writeFile(join(directory, 'one.conf'), 'b=2\n');
    const { get, podOf, warnings } = await generate(`
services:
  web:
    image: web
    volumes: ["./conf:/etc/app:ro", "./one.conf:/etc/one.conf:ro", "./src:/src"]
    tmpfs: ["/tmp:size=16m"]
    shm_size: 64m
`);
    expect(get('ConfigMap web-app').data).toEqual({ 'app.conf': 'a=1\n' });
    const pod = podOf('Deployment web');
    expect(pod.containers[0].volumeMounts).toEqual(
      expect.arrayContaining([
        { name: 'etc-app', mountPath: '/etc/app', readOnly: true },
        { name: 'etc-one-conf', mountPath: '/etc/one.conf', readOnly: true, subPath: 'one.conf' },
      ]),
    );
    expect(pod.volumes).toEqual(
      expect.arrayContaining([
        { name: 'src', hostPath: { path: join(directory, 'src') } },
        { name: 'tmp', emptyDir: { medium: 'Memory', sizeLimit: '16Mi' } },
        { name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } },
      ]),
    );
    expect(warnings.join()).toContain('/src is a folder of the host');
  });
});

describe('secrets and configs', () => {
  it('become objects that are mounted as files', async () => {
    const { get, podOf } = await generate(
      `
services:
  web:
    image: web
    secrets: [{ source: token, mode: 0440 }]
    configs: [{ source: motd, target: /etc/motd }]
secrets: { token: { environment: TOKEN } }
configs: { motd: { content: hello } }
`,
      { TOKEN: 'secret' },
    );
    expect(get('Secret token').stringData).toEqual({ token: 'secret' });
    expect(get('ConfigMap motd').data).toEqual({ motd: 'hello' });
    expect(podOf('Deployment web').containers[0].volumeMounts).toEqual([
      { name: 'secret-1', mountPath: '/run/secrets/token', subPath: 'token', readOnly: true },
      { name: 'config-2', mountPath: '/etc/motd', subPath: 'motd', readOnly: true },
    ]);
    expect(podOf('Deployment web').volumes[0].secret.items).toEqual([
      { key: 'token', path: 'token', mode: 0o440 },
    ]);
  });

  it('are Secrets if they have a private key or a secret name', async () => {
    await mkdir(join(directory, 'tls'));
    await writeFile(join(directory, 'tls', 'site.crt'), '-----BEGIN CERTIFICATE-----\n');
    await writeFile(join(directory, 'tls', 'site.pem'), '-----BEGIN EC PRIVATE KEY-----\nabc\n');
    await writeFile(join(directory, 'db_password.txt'), 'hunter2');
    const { get, podOf, names } = await generate(`
services:
  web:
    image: web
    volumes: ["./tls:/etc/tls:ro", "./db_password.txt:/run/secrets/db_password:ro"]
    configs: [{ source: key, target: /etc/key }]
configs: { key: { content: "-----BEGIN OPENSSH PRIVATE KEY-----" } }
`);
    expect(names.filter((name) => name.startsWith('ConfigMap'))).toEqual([]);
    expect(Object.keys(get('Secret web-tls').stringData)).toEqual(['site.crt', 'site.pem']);
    expect(get('Secret web-db-password').stringData).toEqual({ 'db_password.txt': 'hunter2' });
    expect(get('Secret key').stringData.key).toContain('PRIVATE KEY');
    const { volumes } = podOf('Deployment web');
    expect(volumes.map(({ secret }: { secret?: object }) => secret !== undefined)).toEqual([
      ...[true, true, true],
    ]);
  });
});

describe('what differs', () => {
  it('is said: names, builds, users without a number and settings without a field', async () => {
    const { get, warnings } = await generate(`
services:
  my_app:
    build: .
    user: www
    ulimits: { nofile: 1024 }
  side: { image: box, network_mode: "service:my_app" }
`);
    expect(warnings).toEqual(
      expect.arrayContaining([
        'my_app: is reached by the name my-app in Kubernetes',
        'my_app: builds its image: push shop-my_app to a registry that the cluster can pull from, or set `image` to the name that you push',
        `my_app: user "www" has no number; set securityContext.runAsUser to its user ID`,
        'my_app: Kubernetes has no setting for ulimits',
      ]),
    );
    const { containers } = get('Deployment my-app').spec.template.spec;
    expect(containers.map(({ name }: { name: string }) => name)).toEqual(['my-app', 'side']);
  });

  it('names no flags and no pushes if Berth brings the images', async () => {
    const text = `
services:
  web: { build: ., volumes: ["data:/data"] }
  more: { image: box, profiles: [extra] }
volumes: { data: {} }
`;
    const plain = (await generate(text)).warnings.join('\n');
    expect(plain).toContain('push shop-web to a registry');
    expect(plain).toContain('--storage');
    const { warnings } = await generate(text, {}, { bringsImages: true });
    expect(warnings).toContain('services of inactive profiles are omitted: more');
    expect(warnings.join('\n')).not.toMatch(/push|--/);
  });
});
