import { mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../electron/host/base/testing/temporary-directory.ts';
import { listContainers } from '../../electron/host/engine/containers.ts';
import { freePort } from '../../electron/host/ports/free-port.ts';
import { openApp, PATIENT } from './open-app.ts';

const open = openApp();

const composeFile = (port: number) => `services:
  web:
    image: busybox
    command: ["httpd", "-f", "-p", "80"]
    ports: ["${port}:80"]
    depends_on: [db]
    stop_grace_period: 0s
  db:
    image: busybox
    command: ["sh", "-c", "echo ready to accept connections; exec sleep 1000"]
    volumes: ["data:/data"]
    stop_grace_period: 0s
volumes:
  data:
`;

it('opens a Compose file of the host, brings its project up and takes it down', async () => {
  const { page, host } = open;
  const directory = join(await temporaryDirectory(), 'shop');
  await mkdir(directory);
  await writeFile(join(directory, 'compose.yaml'), composeFile(await freePort()));
  await open.visit('/projects');
  await page.getByRole('button', { name: 'Open compose file…' }).first().click();
  const dialog = page.getByRole('dialog');
  // The dialog starts in the home directory, but accepts any path.
  await dialog.getByLabel('File name').fill(relative(homedir(), join(directory, 'compose.yaml')));
  await dialog.getByRole('button', { name: 'Choose', exact: true }).click();
  await page.getByRole('row', { name: /shop Not created/ }).waitFor();
  await page.getByRole('button', { name: 'Start shop' }).click();
  await page.getByRole('row', { name: /shop Running 2\/2/ }).waitFor();
  await page.getByRole('link', { name: 'shop', exact: true }).click();
  await page.getByRole('row', { name: /web busybox Running.*shop-web-1/ }).waitFor();
  await page.getByRole('tab', { name: 'Logs' }).click();
  await page.getByText('ready to accept connections').waitFor();
  await page.getByRole('button', { name: 'Take down…' }).click();
  await page.getByLabel('Remove volumes').check();
  await page.getByRole('button', { name: 'Take down and delete data' }).click();
  await expect.poll(() => listContainers(host.engine, { all: true }), PATIENT).toEqual([]);
  expect(open.complaints).toEqual([]);
});
