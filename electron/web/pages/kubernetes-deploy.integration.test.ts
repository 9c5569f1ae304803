import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { deployments, namespaces } from '../../../guest-agent/kube/objects/resources.ts';
import { startStandInRegistry } from '../../../guest-agent/registry/testing/stand-in-registry.ts';
import { StandInUploads } from '../../../guest-agent/registry/testing/stand-in-uploads.ts';
import { KubeSetup } from '../../cli/testing/kube-setup.ts';
import { look as lookAt } from '../testing/look.ts';
import { openPage } from '../testing/open-page.ts';

const SHOP = `services:
  web:
    image: nginx:1.27
    ports: ["8080:80"]
    depends_on: [db]
  db:
    image: postgres:17
    volumes: [data:/var/lib/postgresql/data]
volumes:
  data:
`;
const BUILT = SHOP.replace('image: nginx:1.27', 'build: .');

const surroundings = {
  async start() {
    const setup = await KubeSetup.start();
    const config = JSON.parse(setup.cluster.kubeconfig());
    config.clusters.push({ name: 'shop', cluster: { server: 'http://127.0.0.1:1' } });
    config.contexts.push({ name: 'unreachable', context: { cluster: 'shop', user: 'stand-in' } });
    await writeFile(setup.kubeconfig, JSON.stringify(config));
    vi.stubEnv('KUBECONFIG', setup.kubeconfig);
    return { setup, socket: setup.engine.socket, close: () => setup.close() };
  },
};

const open = openPage(surroundings);
let file: string;

beforeEach(async () => {
  const directory = join(open.engine.setup.directory, 'shop');
  await mkdir(directory);
  file = join(directory, 'compose.yaml');
  await writeFile(file, SHOP);
  await open.host.composeFiles.add(file);
});

afterEach(() => vi.unstubAllEnvs());

const look = (name: string) => lookAt(open.page, name);
const deployButton = () => open.page.getByRole('button', { name: 'Deploy', exact: true });
const objects = () => open.engine.setup.cluster.objects;
const imageOf = (name: string) =>
  objects().get(deployments, { namespace: 'default', name })?.spec?.template?.spec?.containers[0]
    ?.image;

async function chooseContext(name: string): Promise<void> {
  await open.page.getByRole('combobox', { name: 'Context' }).click();
  await open.page.getByRole('option', { name }).click();
}

/** Another program sets the image of a Deployment. */
async function takeOver(name: string): Promise<void> {
  const { url } = open.engine.setup.cluster;
  const path = `/apis/apps/v1/namespaces/default/deployments/${name}`;
  const body = {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name } },
    spec: { template: { spec: { containers: [{ name, image: 'nginx:1.26' }] } } },
  };
  const answer = await fetch(`${url}${path}?fieldManager=scaler&force=true`, {
    method: 'PATCH',
    headers: { 'Content-Type': 'application/apply-patch+yaml' },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
}

it('takes a Compose project to a cluster in four clicks', async () => {
  const { page } = open;
  await open.visit('/projects/shop');
  await page.getByRole('link', { name: 'Deploy to a cluster' }).click();
  await page.getByText('5 to create').waitFor();
  expect(await page.getByRole('combobox', { name: 'Context' }).inputValue()).toBe('stand-in');
  await page.getByText(/things? differ/).waitFor();
  await look('kubernetes-deploy');
  expect(objects().list(deployments)).toEqual([]);

  await deployButton().click();
  await page.getByRole('row', { name: /^web Deployment/ }).waitFor();
  await page.getByText('shop runs in context stand-in, namespace default.').waitFor();
  await page.getByRole('table', { name: 'Events' }).waitFor();
  await look('kubernetes-deployed');
  await page.getByRole('link', { name: 'See the workloads' }).click();
  await page.getByRole('row', { name: /web Deployment.*Running 1\/1/ }).waitFor();
  await page.getByRole('row', { name: /db StatefulSet.*Running 1\/1/ }).waitFor();

  await writeFile(file, SHOP.replace('1.27', '1.28'));
  await open.visit('/kubernetes/deploy/shop');
  await page.getByText('1 to change').waitFor();
  const diff = page.getByRole('region', { name: 'Changes of Deployment web' });
  await diff.getByText(/image: nginx:1.28/).waitFor();
  await look('kubernetes-deploy-change');
  expect(open.complaints).toEqual([]);
});

it('deploys to a namespace that it creates', async () => {
  const { page } = open;
  await open.visit('/kubernetes/deploy/shop');
  await page.getByText('5 to create').waitFor();
  const field = page.getByRole('combobox', { name: 'Namespace' });
  await field.fill('Not a name');
  await page.getByText('Use lowercase letters, digits and dashes').waitFor();
  await field.fill('shop');
  await look('kubernetes-deploy-namespace');
  await page.getByRole('option', { name: 'Create namespace shop' }).click();
  await page.getByText('6 to create').waitFor();
  await deployButton().click();
  await page.getByText('shop runs in context stand-in, namespace shop.').waitFor();
  expect(objects().get(namespaces, { name: 'shop' })).toBeDefined();
  const key = { namespace: 'shop', name: 'web' };
  expect(objects().get(deployments, key)).toBeDefined();

  await open.visit('/kubernetes/deploy/shop');
  await page.getByText('5 unchanged').waitFor();
  expect(await field.inputValue()).toBe('shop');
  expect(open.complaints).toEqual([]);
});

it('asks for a registry for images that only Berth has, and says why a push fails', async () => {
  const { page } = open;
  const { setup } = open.engine;
  await writeFile(file, BUILT);
  await open.visit('/kubernetes/deploy/shop');
  await page.getByText('Build the images first.').waitFor();
  await page.getByText('The project builds shop-web').waitFor();
  expect(await deployButton().isDisabled()).toBe(true);
  await look('kubernetes-deploy-unbuilt');

  await setup.engine.addImage('shop-web');
  await page.reload();
  await page.getByText('Enter a registry first.').waitFor();
  expect(await deployButton().isDisabled()).toBe(true);
  await page.getByLabel('Registry').fill('127.0.0.1:1/team');
  await look('kubernetes-deploy-registry');
  await deployButton().click();
  await page.getByText("shop couldn't be deployed").waitFor();
  await look('kubernetes-deploy-failed');
  expect(objects().list(deployments)).toEqual([]);

  const registry = await startStandInRegistry({ images: {}, uploads: new StandInUploads() });
  try {
    await page.getByRole('button', { name: 'Back to the changes' }).click();
    await page.getByLabel('Registry').fill(`${registry.host}/team`);
    await deployButton().click();
    await page.getByText('shop runs in context stand-in').waitFor();
    await page.getByRole('row', { name: /shop-web Image/ }).waitFor();
  } finally {
    await registry.stop();
  }
  expect(imageOf('web')).toMatch(/^[^/]+\/team\/shop-web:latest@sha256:/);
});

it('explains what is wrong: the file, the cluster, and fields of other programs', async () => {
  const { page } = open;
  const { setup } = open.engine;
  await writeFile(file, 'services: { web: { imag: nginx } }\n');
  await open.visit('/kubernetes/deploy/shop');
  await page.getByRole('alert').getByText(/imag/).waitFor();
  await page.getByRole('link', { name: 'Edit the file' }).waitFor();
  await look('kubernetes-deploy-mistake');

  await writeFile(file, SHOP);
  await page.reload();
  await chooseContext('unreachable');
  const alert = page.getByRole('alert');
  await alert.getByText('Nothing listens at http://127.0.0.1:1').waitFor();
  expect(await deployButton().isDisabled()).toBe(true);
  await look('kubernetes-deploy-unreachable');
  const config = await readFile(setup.kubeconfig, 'utf8');
  await writeFile(setup.kubeconfig, config.replace('http://127.0.0.1:1', setup.cluster.url));
  await alert.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('5 to create').waitFor();

  await chooseContext('stand-in');
  await deployButton().click();
  await page.getByText('shop runs in context stand-in').waitFor();
  await takeOver('web');
  await writeFile(file, SHOP.replace('1.27', '1.28'));
  await page.reload();
  await page.getByText('Other programs own some of these fields.').waitFor();
  await page.getByText('scaler').waitFor();
  expect(await deployButton().isDisabled()).toBe(true);
  await look('kubernetes-deploy-conflict');
  await page.getByLabel('Take the fields over').check();
  await deployButton().click();
  await page.getByText('shop runs in context stand-in').waitFor();
  expect(imageOf('web')).toBe('nginx:1.28');
});

it('says why the pods of a project do not start', async () => {
  const { page } = open;
  await writeFile(file, SHOP.replace('nginx:1.27', 'broken:1'));
  await open.visit('/kubernetes/deploy/shop');
  await deployButton().click();
  const alert = page.getByRole('alert', { name: "shop couldn't be deployed" });
  await alert.getByText(/Deployment "web" can't start/).waitFor();
  await alert.getByText(/Back-off pulling image "broken:1"/).waitFor();
  await look('kubernetes-deploy-broken');
  await page.getByRole('link', { name: 'See the workloads' }).click();
  await page.getByRole('row', { name: /web .*ImagePullBackOff/ }).waitFor();
});
