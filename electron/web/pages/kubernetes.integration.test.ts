import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { deployments, pods } from '../../../guest-agent/kube/objects/resources.ts';
import { KubeSetup } from '../../cli/testing/kube-setup.ts';
import { terminalText } from '../testing/browser.ts';
import { look as lookAt } from '../testing/look.ts';
import { openPage } from '../testing/open-page.ts';
import { pageLink } from '../testing/page-link.ts';

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

/** What the person chooses in the system's dialog. */
let chosen: string | undefined;

const surroundings = {
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
};

const open = openPage(surroundings, { dialogs: { choose: async () => chosen } });

afterEach(() => vi.unstubAllEnvs());

const look = (name: string) => lookAt(open.page, name);

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
  const logs = page.getByRole('button', { name: 'Logs of nightly' });
  expect(await logs.isDisabled()).toBe(true);
  await logs.hover();
  await page.getByText('No logs: the cluster keeps no run of this CronJob').waitFor();
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
  await pageLink(page, 'Containers').click();
  await pageLink(page, 'Kubernetes').click();
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

/** What a forwarded port of a stand-in's pod answers: the same as it gets. */
async function echo(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  try {
    socket.write('hello');
    const [data] = await once(socket, 'data');
    return String(data);
  } finally {
    socket.destroy();
  }
}

it('forwards ports, lists them and stops them', async () => {
  const { page } = open;
  await open.visit('/kubernetes/stand-in/services');
  await page.getByRole('row', { name: /web Service · ClusterIP .*8080/ }).waitFor();
  await page.getByRole('button', { name: 'Forward a port to web' }).click();
  const forwards = page.getByRole('table', { name: 'Port forwards' });
  const row = forwards.getByRole('row', { name: /web:8080 Service in default/ });
  await row.waitFor();
  const href = await row.getByRole('link').getAttribute('href');
  const port = Number(new URL(href ?? '').port);
  expect(await echo(port)).toBe('hello');
  await look('kubernetes-services');

  const [name = ''] = podNames('web-');
  await open.visit('/kubernetes/stand-in/pods');
  await page.getByRole('button', { name: `More actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: 'Forward a port…' }).click();
  const dialog = page.getByRole('dialog');
  await expect.poll(() => dialog.getByLabel('Port of the pod').inputValue()).toBe('80');
  await dialog.getByLabel('Port on this host').fill(String(port));
  await dialog.getByRole('button', { name: 'Forward', exact: true }).click();
  await page.getByText(`Can't listen on port ${port} of 127.0.0.1`).waitFor();
  await look('kubernetes-forward');
  await dialog.getByLabel('Port on this host').fill('');
  await dialog.getByRole('button', { name: 'Forward', exact: true }).click();
  await page.getByText(`leads to ${name}:80`).waitFor();

  await open.visit('/kubernetes/berth/services');
  await forwards.getByRole('row', { name: new RegExp(`${name}:80 Pod`) }).waitFor();
  await page.getByRole('button', { name: `Stop forwarding port ${port}` }).click();
  await row.waitFor({ state: 'detached' });
  await expect(echo(port)).rejects.toThrow('ECONNREFUSED');
  expect(open.complaints).toEqual([]);
});

it('edits the YAML of an object, marks what is wrong, and shows the changes first', async () => {
  const { page } = open;
  await open.visit('/kubernetes/stand-in/Deployment/default/web/yaml');
  const editor = page.getByRole('textbox', { name: 'YAML of Deployment web' });
  await editor.getByText('apiVersion: apps/v1').waitFor();
  const [text = ''] = APP.split('---\n');
  await type(text.replace('replicas: 2', 'replicas: two'));
  await page.getByText('The cluster would refuse this.').waitFor();
  await page.getByText('spec.replicas must be of type int32, not string').waitFor();
  await page.getByText('manifests:5:3').waitFor();
  await page.getByText('The cluster would refuse this.').waitFor();
  expect(await page.getByRole('button', { name: 'Review changes…' }).isDisabled()).toBe(true);
  await look('kubernetes-yaml');

  await type(text.replace('nginx:1.27', 'nginx:1.28').replace(/.*exporter.*/, ''));
  await page.getByText('1 to change').waitFor();
  await page.getByRole('tab', { name: 'Pods' }).click();
  await page.getByRole('tab', { name: 'YAML' }).click();
  await editor.getByText('nginx:1.28').waitFor();
  await page.getByRole('button', { name: 'Review changes…' }).click();
  const dialog = page.getByRole('dialog');
  const diff = dialog.getByRole('region', { name: 'Changes of Deployment web' });
  await diff.getByText(/image: nginx:1.28/).waitFor();
  await look('kubernetes-review');
  await dialog.getByRole('button', { name: 'Apply' }).click();
  await page.getByText('web was applied to stand-in').waitFor();
  const images = deployment('web')?.spec?.template?.spec?.containers.map(({ image }) => image);
  expect(images).toEqual(['nginx:1.28']);
  await page.getByText('Discard changes').waitFor({ state: 'detached' });

  async function type(value: string) {
    await editor.click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(value);
  }
});

it('applies manifests that are pasted or opened', async () => {
  const { page } = open;
  const { setup } = open.engine;
  await open.visit('/kubernetes/stand-in');
  await page.getByRole('link', { name: 'Apply manifests' }).click();
  const editor = page.getByRole('textbox', { name: 'Manifests' });
  await editor.click();
  await page.keyboard.insertText(
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ncolour: red\n',
  );
  await page.getByText('unknown field "colour"').waitFor();
  await page.getByText('manifests:4:1').waitFor();
  await look('kubernetes-apply');

  chosen = await setup.file(APP.replace('nginx:1.27', 'nginx:1.29'), 'newer.yaml');
  await page.getByRole('button', { name: 'Open file…' }).click();
  await editor.getByText('nginx:1.29').waitFor();
  await page.getByText('1 to change, 4 unchanged').waitFor();
  await page.getByRole('button', { name: 'Review changes…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Apply' }).click();
  await page.getByText(/Deployment "mail" can't start/).waitFor();
  expect(deployment('web')?.spec?.template?.spec?.containers[0]?.image).toBe('nginx:1.29');
  expect(open.complaints).toEqual([]);
});
