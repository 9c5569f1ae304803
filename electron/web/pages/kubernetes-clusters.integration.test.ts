import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { KubeSetup } from '../../cli/testing/kube-setup.ts';
import { addStandInK3s } from '../../cli/testing/stand-in-k3s.ts';
import { listContexts } from '../../host/kube/contexts/contexts.ts';
import { freePort } from '../../host/ports/free-port.ts';
import { look as lookAt } from '../testing/look.ts';
import { openPage } from '../testing/open-page.ts';

const open = openPage({
  async start() {
    const setup = await KubeSetup.start();
    vi.stubEnv('KUBECONFIG', setup.kubeconfig);
    return { setup, socket: setup.engine.socket, close: () => setup.close() };
  },
});
let port: number;
/** The images that Berth copied into clusters. */
let imported: readonly Buffer[];

beforeEach(async () => {
  port = await freePort();
  imported = await addStandInK3s(open.engine.setup, port);
});

afterEach(() => vi.unstubAllEnvs());

const look = (name: string) => lookAt(open.page, name);
const contexts = async () =>
  (await listContexts({ KUBECONFIG: open.engine.setup.kubeconfig })).all.map(({ name }) => name);

async function create(name: string, { image = 'rancher/k3s:test', flags = '' } = {}) {
  const { page } = open;
  await page.getByRole('button', { name: 'Create cluster' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByLabel('Image').fill(image);
  await dialog.getByLabel('Port of the API on this host').fill(String(port));
  await dialog.getByLabel('Flags of k3s server').fill(flags);
  await dialog.getByRole('button', { name: 'Create cluster' }).click();
}

async function choose(item: string) {
  await open.page.getByRole('button', { name: 'More actions for dev' }).click();
  await open.page.getByRole('menuitem', { name: item }).click();
}

it('creates a cluster, stops, starts and removes it', async () => {
  const { page } = open;
  await open.visit('/kubernetes/berth/workloads');
  await page.getByRole('link', { name: 'Local clusters' }).click();
  await page.getByText('No local clusters').waitFor();
  await look('kubernetes-no-clusters');
  await page.getByRole('button', { name: 'Create cluster' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('My cluster');
  await dialog.getByText('Use at most 40 lowercase letters').waitFor();
  expect(await dialog.getByRole('button', { name: 'Create cluster' }).isDisabled()).toBe(true);
  await look('kubernetes-create-cluster');
  await dialog.getByRole('button', { name: 'Cancel' }).click();

  await create('dev', { flags: '--disable=traefik --flag=b' });
  await page.getByText('Cluster dev is ready').waitFor();
  await page.getByRole('row', { name: /dev rancher\/k3s:test Up .* berth-dev/ }).waitFor();
  expect(open.engine.setup.engine.processOf('berth-kube-dev').argv).toEqual([
    ...['k3s', 'server', '--tls-san', '127.0.0.1', '--disable=traefik', '--flag=b'],
  ]);
  expect(await contexts()).toEqual(['berth', 'stand-in', 'berth-dev']);
  await look('kubernetes-clusters');
  await page.getByRole('link', { name: 'berth-dev' }).click();
  await page.getByText('No workloads in namespace default').waitFor();
  expect(await page.getByRole('combobox', { name: 'Context' }).inputValue()).toBe('berth-dev');

  await open.visit('/kubernetes/clusters');
  await page.getByRole('button', { name: 'Stop dev' }).click();
  await page.getByRole('row', { name: /dev .*Exited/ }).waitFor();
  await page.getByRole('button', { name: 'Start dev' }).click();
  await page.getByText('Cluster dev is ready').waitFor();

  await choose('Remove…');
  await look('kubernetes-remove-cluster');
  await page.getByRole('button', { name: 'Remove cluster' }).click();
  await page.getByText('No local clusters').waitFor();
  // The list is empty before the kubeconfig is.
  await expect.poll(contexts).toEqual(['berth', 'stand-in']);
  expect(open.complaints).toEqual([]);
});

it('shows the kubeconfig of a cluster, adds it again, and refuses a name that is taken', async () => {
  const { page } = open;
  const { setup } = open.engine;
  await open.visit('/kubernetes/clusters');
  await create('dev');
  await page.getByText('Cluster dev is ready').waitFor();
  await choose('Show kubeconfig…');
  await page.getByText('current-context: berth-dev').waitFor();
  await look('kubernetes-kubeconfig');
  await page.getByRole('button', { name: 'Copy' }).click();
  await page.getByText('Kubeconfig copied').waitFor();
  const copied = parse(await page.evaluate('navigator.clipboard.readText()'));
  expect(copied).toMatchObject({
    'current-context': 'berth-dev',
    clusters: [{ cluster: { server: `http://127.0.0.1:${port}` } }],
  });
  await page.getByRole('button', { name: 'Close' }).click();

  await setup.file(setup.cluster.kubeconfig(), 'kubeconfig');
  expect(await contexts()).not.toContain('berth-dev');
  await choose('Add to my kubeconfig');
  await page.getByText('Your kubeconfig has the context berth-dev').waitFor();
  expect(await contexts()).toContain('berth-dev');

  await page.getByRole('button', { name: 'Create cluster' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('dev');
  await page.getByText('Cluster dev already exists').waitFor();
  expect(open.complaints).toEqual([]);
});

it('takes a project to a cluster, with the images that only Berth has', async () => {
  const { page } = open;
  const { setup } = open.engine;
  const directory = join(setup.directory, 'shop');
  await mkdir(directory);
  const file = join(directory, 'compose.yaml');
  await writeFile(file, 'services: { web: { build: ., ports: ["8080:80"] } }\n');
  await open.host.composeFiles.add(file);
  await setup.engine.addImage('shop-web');
  await open.visit('/kubernetes/clusters');
  await create('dev');
  await page.getByText('Cluster dev is ready').waitFor();

  await open.visit('/projects/shop');
  await page.getByRole('link', { name: 'Deploy to a cluster' }).click();
  await page.getByRole('combobox', { name: 'Context' }).click();
  await page.getByRole('option', { name: 'berth-dev' }).click();
  await page.getByText(/\d to create/).waitFor();
  expect(await page.getByLabel('Registry').count()).toBe(0);
  await page.getByRole('button', { name: 'Deploy', exact: true }).click();
  await page.getByText('shop runs in context berth-dev, namespace default.').waitFor();
  await page.getByRole('row', { name: /shop-web Image/ }).waitFor();
  await look('kubernetes-deployed-locally');
  expect(imported).toHaveLength(1);
  await page.getByRole('link', { name: 'See the workloads' }).click();
  await page.getByRole('row', { name: /web Deployment.*Running 1\/1/ }).waitFor();
  expect(open.complaints).toEqual([]);
});

it('says why a cluster does not start', async () => {
  const { page } = open;
  await open.visit('/kubernetes/clusters');
  await create('dev', { flags: '--broken' });
  const alert = page.getByRole('region', { name: 'Activity' }).getByRole('alert');
  await alert.waitFor();
  const said = await alert.textContent();
  expect(said).toMatch(/^Cluster "dev" stopped.*, with exit code 3\n/);
  expect(said).toContain('starting server');
  await look('kubernetes-broken-cluster');
});

it('says why the image of a cluster cannot be had, and creates nothing', async () => {
  const { page } = open;
  await open.visit('/kubernetes/clusters');
  await create('dev', { image: 'nosuch/k3s:1' });
  const activity = page.getByRole('region', { name: 'Activity' });
  await activity.getByText('Creating cluster dev').waitFor();
  await activity.getByRole('alert').waitFor();
  await page.getByText('No local clusters').waitFor();
});
