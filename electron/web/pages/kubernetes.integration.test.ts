import { writeFile } from 'node:fs/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { deployments, pods } from '../../../guest-agent/kube/objects/resources.ts';
import { KubeSetup } from '../../cli/testing/kube-setup.ts';
import { findBarriers } from '../testing/accessibility.ts';
import { keepPicture, terminalText } from '../testing/browser.ts';
import { openPage } from '../testing/open-page.ts';

const APP = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - {name: main, image: "nginx:1.27", ports: [{name: http, containerPort: 80}]}
        - {name: metrics, image: "exporter:2"}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: main, image: "postgres:17"}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: mail}
spec:
  selector: {matchLabels: {app: mail}}
  template:
    metadata: {labels: {app: mail}}
    spec: {containers: [{name: main, image: "broken:1"}]}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  schedule: "0 3 * * *"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: report}]}}}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 8080, targetPort: http}]}
`;

/** Names of contexts can have slashes and colons. */
const UNREACHABLE = 'arn:aws:eks:eu-central-1:1:cluster/shop';

const open = openPage({
  async start() {
    const setup = await KubeSetup.start();
    const config = JSON.parse(setup.cluster.kubeconfig());
    config.clusters.push({ name: 'shop', cluster: { server: 'http://127.0.0.1:1' } });
    config.contexts.push({ name: UNREACHABLE, context: { cluster: 'shop', user: 'stand-in' } });
    await writeFile(setup.kubeconfig, JSON.stringify(config));
    vi.stubEnv('KUBECONFIG', setup.kubeconfig);
    const file = await setup.file(APP);
    await setup.kube(['apply', file, '--yes', '--no-wait']);
    return { setup, socket: setup.engine.socket, close: () => setup.close() };
  },
});

afterEach(() => vi.unstubAllEnvs());

async function look(name: string): Promise<void> {
  const { page } = open;
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await keepPicture(page, `${name}-${colorScheme}`);
    expect(await findBarriers(page), `${name}, ${colorScheme}`).toEqual([]);
  }
}

const podNames = (prefix: string) =>
  open.engine.setup.cluster.objects
    .list(pods, 'default')
    .map(({ metadata }) => metadata.name)
    .filter((name) => name.startsWith(prefix));

const deployment = (name: string) =>
  open.engine.setup.cluster.objects.get(deployments, { namespace: 'default', name });

it('shows the workloads of a cluster, and scales and restarts them', async () => {
  const { page } = open;
  await open.visit('/kubernetes');
  await page.getByRole('row', { name: /web Deployment.*Running 2\/2/ }).waitFor();
  await page
    .getByRole('row', { name: /mail .*ImagePullBackOff: Back-off pulling image/ })
    .waitFor();
  await page.getByRole('row', { name: /nightly CronJob · report Schedule 0 3 \* \* \*/ }).waitFor();
  await page.getByText('1 needs attention').waitFor();
  await look('kubernetes-workloads');

  await page.getByRole('button', { name: 'Add one pod of web' }).click();
  await page.getByRole('row', { name: /web Deployment.*Running 3\/3/ }).waitFor();
  expect(deployment('web')?.spec?.replicas).toBe(3);
  const before = podNames('web-');
  await page.getByRole('button', { name: 'Restart web' }).click();
  await page.getByText('web has restarted').waitFor();
  const after = podNames('web-');
  expect(after).toHaveLength(3);
  expect(after.filter((name) => before.includes(name))).toEqual([]);
  expect(open.complaints).toEqual([]);
});

it('shows why a pod does not run, its logs by container, events and a terminal', async () => {
  const { page } = open;
  const [name = ''] = podNames('web-');
  await open.visit('/kubernetes/berth/pods');
  await page.getByRole('row', { name: /db-0 StatefulSet db.*Running 1\/1/ }).waitFor();
  await page.getByRole('row', { name: /mail-.*ImagePullBackOff/ }).waitFor();
  await look('kubernetes-pods');

  await page.getByRole('button', { name: `Logs of ${name}` }).click();
  const log = page.getByRole('region', { name: `Logs of ${name}` });
  await log.getByText(`main of default/${name} started`).waitFor();
  await log.getByText(`metrics of default/${name} started`).waitFor();
  await page.getByText('4 lines').waitFor();
  await look('kubernetes-pod-logs');
  await page.getByRole('combobox', { name: 'Container' }).click();
  await page.getByRole('option', { name: 'metrics' }).click();
  await page.getByText('2 lines').waitFor();

  await page.getByRole('tab', { name: 'Terminal' }).click();
  await expect.poll(() => terminalText(page)).toContain('/ #');
  await page.keyboard.type('hello');
  await expect.poll(() => terminalText(page)).toContain('/ # hello');
  await look('kubernetes-pod-terminal');
  await page.getByRole('tab', { name: 'Events' }).click();
  await page.getByRole('row', { name: /Started .*Started container/ }).waitFor();
  await look('kubernetes-pod-events');

  await open.visit('/kubernetes/berth/pods');
  const [broken = ''] = podNames('mail-');
  await page.getByRole('link', { name: broken }).click();
  await page.getByRole('alert').getByText('Back-off pulling image "broken:1"').waitFor();
  await page.getByRole('link', { name: 'Deployment mail' }).click();
  await page.getByRole('heading', { name: 'mail', level: 1 }).waitFor();
  await look('kubernetes-workload');
  expect(open.complaints).toEqual([]);
});

it('rolls a workload back, and deletes it after a question', async () => {
  const { page } = open;
  const { setup } = open.engine;
  const file = await setup.file(APP.replace('nginx:1.27', 'nginx:1.28'));
  await setup.kube(['apply', file, '--yes', '--no-wait']);
  await open.visit('/kubernetes/stand-in/workloads');
  await page.getByRole('button', { name: 'More actions for web' }).click();
  await page.getByRole('menuitem', { name: 'Roll back…' }).click();
  await page.getByRole('row', { name: /2 Current nginx:1\.28/ }).waitFor();
  await look('kubernetes-history');
  await page.getByRole('button', { name: 'Roll back to 1' }).click();
  await page.getByText('web is back at revision 1').waitFor();
  await page.getByRole('row', { name: /3 Current nginx:1\.27/ }).waitFor();

  await page.getByRole('button', { name: 'More actions for web' }).click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('stand-in').waitFor();
  await look('kubernetes-delete');
  await dialog.getByRole('button', { name: 'Delete Deployment' }).click();
  await page.getByText('Deployment web no longer exists').waitFor();
  expect(podNames('web-')).toEqual([]);
  expect(open.complaints).toEqual([]);
});

it('switches contexts and namespaces, and says why a cluster does not answer', async () => {
  const { page } = open;
  await open.visit('/kubernetes/berth/workloads');
  await page.getByRole('row', { name: /web Deployment/ }).waitFor();
  await page.getByRole('combobox', { name: 'Namespace' }).click();
  await page.getByRole('option', { name: 'All namespaces' }).click();
  await page.getByRole('columnheader', { name: 'Namespace' }).waitFor();
  await page.getByRole('combobox', { name: 'Context' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('option', { name: UNREACHABLE }).waitFor();
  await look('kubernetes-contexts');
  await page.getByRole('option', { name: UNREACHABLE }).click();
  await page.getByText('Nothing listens at http://127.0.0.1:1').waitFor();
  await look('kubernetes-unreachable');
  await page.getByRole('link', { name: 'Containers' }).click();
  await page.getByRole('link', { name: 'Kubernetes' }).click();
  await page.getByText('Nothing listens at http://127.0.0.1:1').waitFor();
  await page.getByRole('button', { name: /^More actions for context/ }).click();
  await page.getByRole('menuitem', { name: 'Use in kubectl too' }).click();
  await expect
    .poll(async () => (await open.engine.setup.kube(['context', 'ls'])).stdout)
    .toContain(`${UNREACHABLE} *`);

  open.machine.set({ state: 'stopped' });
  await open.visit('/kubernetes/berth/workloads');
  await page.getByText('The Berth VM is stopped').waitFor();
  expect(open.complaints).toEqual([]);
});
