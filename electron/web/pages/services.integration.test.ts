import { expect, it } from 'vitest';
import { ScreenEngine } from '../../host/screen/testing/screen-engine.ts';
import { findBarriers } from '../testing/accessibility.ts';
import { look } from '../testing/look.ts';
import { openPage } from '../testing/open-page.ts';

const open = openPage(ScreenEngine);

it('runs a service from Containers, with its port, volume and password filled in', async () => {
  const { page, engine } = open;
  await engine.addImage('redis:8');
  await engine.addImage('postgres:17');
  await engine.runContainer({ image: 'redis:8', name: 'postgres' });
  await open.visit('/containers');
  await page.getByRole('link', { name: 'Run…' }).click();
  await page.getByRole('heading', { name: 'Run a container' }).waitFor();
  await look(page, 'run-choose');
  await page.getByLabel('Search services').fill('relational');
  await page.getByRole('link', { name: /PostgreSQL.*pulled/ }).click();
  const name = page.getByLabel('Name', { exact: true });
  await expect.poll(() => name.inputValue()).toBe('postgres-2');
  expect(await page.getByLabel('Container port, row 1').inputValue()).toBe('5432');
  const source = page.getByRole('combobox', { name: 'Volume or host folder, row 1' });
  expect(await source.inputValue()).toBe('postgres-2-data');
  const password = await page.getByLabel('Value of variable 1').inputValue();
  expect(password).toMatch(/^\w{20}$/);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByRole('button', { name: 'Copy address' }).click();
  await page.getByText('The address was copied').waitFor();
  expect(await page.evaluate('navigator.clipboard.readText()')).toMatch(
    new RegExp(`^postgres://postgres:${password}@localhost:\\d+/postgres$`),
  );
  expect(engine.requestOf('postgres-2')).toMatchObject({
    Env: [`POSTGRES_PASSWORD=${password}`],
    HostConfig: {
      Binds: ['postgres-2-data:/var/lib/postgresql/data'],
      RestartPolicy: { Name: 'unless-stopped' },
    },
  });
  expect(open.complaints).toEqual([]);
});

it('shows what an edit changes, recreates the container, and goes back', async () => {
  const { page, engine } = open;
  const id = await engine.runContainer({
    ...{ image: 'nginx:1', name: 'web', environment: ['MODE=slow'] },
    ports: [{ port: 8080, containerPort: 80 }],
  });
  await open.visit('/containers');
  await page.getByRole('button', { name: 'More actions for web' }).click();
  await page.getByRole('menuitem', { name: 'Edit…' }).click();
  await page.getByRole('heading', { name: 'Edit web' }).waitFor();
  const review = page.getByRole('button', { name: 'Review changes…' });
  expect(await review.isDisabled()).toBe(true);
  await page.getByLabel('Value of variable 1').fill('fast');
  await look(page, 'container-edit');
  await review.click();
  const dialog = page.getByRole('dialog', { name: 'Recreate web?' });
  await dialog.getByText('+env MODE=fast').waitFor();
  await dialog.getByText('-env MODE=slow').waitFor();
  await dialog.getByRole('button', { name: 'Recreate container' }).click();
  await page.getByText('web was recreated').first().waitFor();
  const modeOf = () => {
    const [only] = engine.fake.engine.containers.all();
    return only?.record.config.Env.find((entry) => entry.startsWith('MODE='));
  };
  expect(modeOf()).toBe('MODE=fast');
  expect(page.url()).not.toContain(id);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(modeOf, { timeout: 20_000 }).toBe('MODE=slow');
  expect(open.complaints).toEqual([]);
});

it('says while somebody types that a folder is not shared, and shares it', async () => {
  const { page, engine, host } = open;
  await host.settings.update({ sharedFolders: [] });
  await engine.addImage('nginx:1');
  await open.visit('/images/run/nginx%3A1');
  await page.getByRole('button', { name: 'Add mount' }).click();
  await page.getByRole('combobox', { name: 'Volume or host folder, row 1' }).fill('/srv/pages');
  await page.getByText("This folder isn't shared with the VM.").waitFor();
  await page.getByRole('button', { name: 'Share it and restart the VM' }).click();
  await page.getByText('The VM has restarted').waitFor();
  expect((await host.settings.read()).sharedFolders).toEqual([
    { path: '/srv/pages', readOnly: false },
  ]);
  await page.getByText("This folder isn't shared with the VM.").waitFor({ state: 'detached' });
  const source = page.getByRole('combobox', { name: 'Volume or host folder, row 1' });
  expect(await source.inputValue()).toBe('/srv/pages');
  expect(open.complaints).toEqual([]);
});

it('shows the logs of several containers as one', async () => {
  const { page, engine } = open;
  const web = await engine.runContainer({ image: 'nginx:1', name: 'web' });
  const db = await engine.runContainer({ image: 'redis:8', name: 'db' });
  engine.process(web).write('stdout', 'GET /\n');
  engine.process(db).write('stdout', 'ready\n');
  await open.visit('/containers');
  await page.getByRole('checkbox', { name: 'Select web' }).check();
  await page.getByRole('checkbox', { name: 'Select db' }).check();
  const bar = page.getByRole('region', { name: 'Selected containers' });
  await bar.getByRole('link', { name: 'Logs' }).click();
  const logs = page.getByRole('region', { name: 'Logs of several containers' });
  await logs.getByText('GET /').waitFor();
  await logs.getByText('ready').waitFor();
  engine.process(db).write('stdout', 'later\n');
  await logs.getByText('later').waitFor();
  expect(open.complaints).toEqual([]);
});

it('cleans up the disk with one figure', async () => {
  const { page, engine } = open;
  const old = await engine.runContainer({ image: 'alpine:3.22', name: 'old' });
  await engine.exitContainer(old, 0);
  await engine.runContainer({ image: 'nginx:1', name: 'web' });
  await open.visit('/machine/clean-up');
  const kind = page.getByRole('region', { name: 'Stopped containers' });
  await kind.getByText('old').waitFor();
  await page.getByRole('checkbox', { name: 'Stopped containers' }).check();
  await look(page, 'clean-up');
  await page.getByRole('button', { name: 'Clean up…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Clean up the disk?' });
  await dialog.getByText("can't be recovered").waitFor();
  await dialog.getByRole('button', { name: 'Clean up' }).click();
  await kind.getByText('Nothing to remove').waitFor();
  const names = () => engine.fake.engine.containers.all().map(({ record }) => record.name);
  expect(names()).toEqual(['web']);
  expect(open.complaints).toEqual([]);
});

it('copies the address of a port that no browser opens', async () => {
  const { page, engine } = open;
  await engine.runContainer({
    ...{ image: 'redis:8', name: 'cache' },
    ports: [{ port: 6379, containerPort: 6379 }],
  });
  await open.visit('/containers');
  await page.getByRole('button', { name: 'Copy localhost:6379' }).click();
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe('localhost:6379');
  expect(await findBarriers(page)).toEqual([]);
});
