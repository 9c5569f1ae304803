import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  deployments,
  persistentVolumeClaims,
  secrets,
} from '../../../../guest-agent/kube/objects/resources.ts';
import { KubeSetup } from '../../testing/kube-setup.ts';

/** What commands must not remove, change or show. */
let setup: KubeSetup;

beforeEach(async () => {
  setup = await KubeSetup.start();
});

afterEach(() => setup.close());

const claimSpec = 'spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}';

const DATABASE = `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: postgres}]}
  volumeClaimTemplates: [{metadata: {name: data}, ${claimSpec}}]
`;

const BACKUP = `apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: backup-db-0, labels: {app: db}}
${claimSpec}
`;

const claims = (namespace = 'default') =>
  setup.cluster.objects
    .list(persistentVolumeClaims, namespace)
    .map(({ metadata }) => metadata.name);

it('delete keeps the claims that a StatefulSet made, and down --volumes removes only these', async () => {
  const backup = await setup.file(BACKUP, 'backup.yaml');
  const file = await setup.file(DATABASE);
  await setup.kube(['play', backup, file]);
  expect(claims()).toEqual(['backup-db-0', 'data-db-0']);
  const deleted = await setup.kube(['delete', '-f', file, '--context', 'berth']);
  expect(deleted.exitCode).toBe(0);
  expect(claims()).toEqual(['backup-db-0', 'data-db-0']);
  await setup.kube(['play', file]);
  expect((await setup.kube(['down', '--volumes', file])).exitCode).toBe(0);
  expect(claims()).toEqual(['backup-db-0']);
});

it('down and play --replace keep a namespace that has claims', async () => {
  const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\n';
  const file = await setup.file(
    `${namespace}${DATABASE.replace('{name: db}', '{name: db, namespace: shop}')}`,
  );
  expect((await setup.kube(['play', file])).exitCode).toBe(0);
  expect((await setup.kube(['play', '--replace', file])).exitCode).toBe(0);
  expect(claims('shop')).toEqual(['data-db-0']);
  const down = await setup.kube(['down', file]);
  expect(down.stderr).toContain(' Namespace shop  Kept, because it has volume claims.');
  expect(claims('shop')).toEqual(['data-db-0']);
  expect((await setup.kube(['down', '--volumes', file])).exitCode).toBe(0);
  expect(claims('shop')).toEqual([]);
});

it('play --replace removes nothing if a file has a mistake', async () => {
  const web = (field: string) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, ${field}: nginx}]}
`;
  const file = await setup.file(web('image'));
  expect((await setup.kube(['play', file])).exitCode).toBe(0);
  const { objects } = setup.cluster;
  const before = objects.list(deployments, 'default').map(({ metadata }) => metadata.uid);
  await setup.file(web('imge'));
  const refused = await setup.kube(['play', '--replace', file]);
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toContain('imge');
  expect(objects.list(deployments, 'default').map(({ metadata }) => metadata.uid)).toEqual(before);
});

it('changes of another cluster are confirmed', async () => {
  const file = await setup.file(DATABASE);
  for (const words of [['play'], ['play', '--replace'], ['down'], ['down', '--volumes']]) {
    const refused = await setup.kube([...words, '--context', 'stand-in', file]);
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
    expect(refused.stderr).toContain('use --yes');
  }
  expect(claims()).toEqual([]);
  const played = await setup.kube(['play', '--yes', '--context', 'stand-in', file]);
  expect(played.exitCode).toBe(0);
});

it('a diff shows no secret that kubectl noted in an annotation', async () => {
  await setup.cluster.objects.create(secrets, {
    metadata: {
      ...{ name: 'db', namespace: 'default' },
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration': '{"data":"aHVudGVyMg=="}',
      },
    },
    data: { password: 'aHVudGVyMg==' },
  });
  const text =
    'apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {password: swordfish}\n';
  const { stdout } = await setup.kube(['diff', '-f', await setup.file(text)]);
  expect(stdout).toContain('password');
  expect(stdout).not.toMatch(/aHVudGVyMg|swordfish|last-applied/);
});

it('diff ends with another code after an error than for a difference', async () => {
  const file = await setup.file(BACKUP);
  expect((await setup.kube(['diff', '-f', file])).exitCode).toBe(1);
  expect((await setup.kube(['diff', '-f', `${file}.missing`])).exitCode).toBe(2);
});
