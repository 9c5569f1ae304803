import { expect, it } from 'vitest';
import { ScreenEngine, withoutShell } from '../../host/screen/testing/screen-engine.ts';
import { findBarriers } from '../testing/accessibility.ts';
import { keepPicture } from '../testing/browser.ts';
import { openPage } from '../testing/open-page.ts';

const open = openPage(ScreenEngine);

const project = (name: string, service: string) => ({
  'com.docker.compose.project': name,
  'com.docker.compose.service': service,
});

/** A project of two, one container beside it that runs, and one that has failed. */
async function populate() {
  const { engine } = open;
  engine.fake.program('probe', ({ argv }) => Number(argv[1]));
  const probed = (code: number) => ({
    ...{ Test: ['CMD', 'probe', `${code}`], Retries: 1 },
    Interval: 20_000_000,
  });
  const job = await engine.runContainer({ image: 'alpine:3.22', name: 'nightly-import' });
  await engine.exitContainer(job, 3);
  const db = await engine.runContainer({
    ...{ image: 'postgres:17', name: 'shop-db-1', labels: project('shop', 'db') },
    ...{ health: probed(0), environment: ['PATH=/bin', 'POSTGRES_PASSWORD=hunter2'] },
    command: ['service', '--all'],
    hostConfig: { NanoCpus: 5e8, Memory: 268_435_456 },
  });
  const web = await engine.runContainer({
    ...{ image: 'registry.example.org/shop/web:2.4', name: 'shop-web-1' },
    ...{ labels: project('shop', 'web'), ports: [{ port: 8080, containerPort: 80 }] },
  });
  const cache = await engine.runContainer({ image: 'redis:8', name: 'cache', health: probed(1) });
  // In place before a page asks for them.
  for (const id of [db, web]) engine.statistics(id);
  return { job, db, web, cache };
}

const row = (name: RegExp) => open.page.getByRole('row', { name });

it('groups by project, searches, and remembers that only what runs is wanted', async () => {
  const { web } = await populate();
  const { page, engine } = open;
  await open.visit('/containers');
  await page.getByRole('rowheader', { name: /shop 2 of 2 running/ }).waitFor();
  await row(/nightly-import.*Exited code 3/).waitFor();
  await row(/cache.*Unhealthy/).waitFor();
  engine.statistics(web).tell({ cpuPercent: 12.5, memory: 73_400_000 });
  await row(/web-1.*12\.5 %.*73\.4 MB/).waitFor();
  await page.getByRole('button', { name: 'Containers of shop', exact: true }).click();
  await row(/web-1/).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Containers of shop', exact: true }).click();
  await row(/web-1/).waitFor();
  const link = page.getByRole('link', { name: '8080' });
  expect(await link.getAttribute('href')).toBe('http://localhost:8080');

  await page.keyboard.press('/');
  await page.keyboard.type('redis');
  await row(/web-1/).waitFor({ state: 'detached' });
  await row(/cache/).waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('Running', { exact: true }).first().click();
  await row(/nightly-import/).waitFor({ state: 'detached' });
  await page.reload();
  await row(/web-1/).waitFor();
  expect(await row(/nightly-import/).count()).toBe(0);
  expect(open.complaints).toEqual([]);
});

it('does something to all that is selected, and asks once before it removes them', async () => {
  await populate();
  const { page, engine } = open;
  await open.visit('/containers');
  await page.getByRole('checkbox', { name: 'Select shop-web-1' }).check();
  await page.getByRole('checkbox', { name: 'Select nightly-import' }).check();
  const bar = page.getByRole('region', { name: 'Selected containers' });
  await bar.getByText('2 selected').waitFor();
  await keepPicture(page, 'containers-selected');
  await bar.getByRole('button', { name: 'Stop', exact: true }).click();
  await row(/web-1.*Exited/).waitFor();
  await bar.getByRole('button', { name: 'Remove…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Remove 2 containers?' });
  await dialog.getByText('nightly-import').waitFor();
  await dialog.getByRole('button', { name: 'Remove' }).click();
  await row(/nightly-import/).waitFor({ state: 'detached' });
  await expect.poll(() => engine.fake.engine.containers.all().length).toBe(2);

  await page.getByRole('button', { name: 'Stop all containers of shop' }).click();
  await page.getByRole('rowheader', { name: /shop 0 of 1 running/ }).waitFor();
  expect(open.complaints).toEqual([]);
});

it('renames, limits, and updates a container to a newer image', async () => {
  const { engine, page } = open;
  await engine.pullImage('alpine:3.22');
  const id = await engine.runContainer({ image: 'alpine:3.22', name: 'web' });
  await open.visit('/containers');
  const choose = async (item: string) => {
    await page.getByRole('button', { name: /^More actions for / }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };
  await choose('Rename…');
  await page.getByLabel('New name').fill('front');
  await page.getByRole('button', { name: 'Rename' }).click();
  await row(/front.*Running/).waitFor();

  await choose('Change limits…');
  await page.getByLabel('CPUs').fill('1.5');
  await page.getByLabel('Memory (MiB)').fill('256');
  await keepPicture(page, 'container-limits');
  await page.getByRole('button', { name: 'Change limits' }).click();
  await page.getByText('The limits of front were changed').waitFor();
  expect(engine.fake.engine.containers.get(id).record.hostConfig).toMatchObject({
    ...{ NanoCpus: 1.5e9, Memory: 268_435_456 },
  });

  engine.publishNewer('alpine:3.22');
  await choose('Update image…');
  await page.getByRole('button', { name: 'Update container' }).click();
  await page.getByText('front now runs the newest alpine:3.22').waitFor();
  expect(engine.fake.engine.containers.all().map(({ record }) => record.name)).toEqual(['front']);

  await choose('Copy docker run command');
  await page.getByText('The docker run command for front was copied').waitFor();
  expect(await page.evaluate('navigator.clipboard.readText()')).toMatch(
    /^docker run -d --name front .*alpine:3\.22/,
  );
});

it('opens several shells, which keep running behind other tabs', async () => {
  const { web } = await populate();
  const { page } = open;
  await open.visit(`/containers/${web}/terminal`);
  const terminal = page.getByRole('region', { name: 'Shell of shop-web-1' });
  const text = async () => (await terminal.locator('.xterm-rows').textContent()) ?? '';
  await expect.poll(text).toContain('/ #');
  await page.keyboard.type('echo first shell\n');
  await expect.poll(text).toContain('first shell');
  await page.getByRole('button', { name: 'Open another shell' }).click();
  await page.getByRole('region', { name: 'Shell 2 of shop-web-1' }).waitFor();
  await page.getByRole('tab', { name: 'Logs' }).click();
  await page.getByRole('tab', { name: 'Terminal' }).click();
  await page.getByRole('button', { name: 'Shell', exact: true }).click();
  expect(await text()).toContain('first shell');
  await terminal.locator('textarea').focus();
  await page.keyboard.press('Control+Shift+F');
  await page.getByLabel('Find in the terminal').fill('shell');
  await page.getByRole('status').getByText('2 of 2').waitFor();
  await keepPicture(page, 'container-terminals');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Close Shell 2' }).click();
  await page.getByRole('region', { name: 'Shell 2 of shop-web-1' }).waitFor({ state: 'detached' });
  expect(open.complaints).toEqual([]);
});

it('says that a container has no shell, and what to do', async () => {
  const { page, engine } = open;
  await engine.addImage('distroless', { files: withoutShell });
  const id = await engine.runContainer({ image: 'distroless', name: 'bare' });
  await open.visit(`/containers/${id}/terminal`);
  await page.getByText('This container has no shell').waitFor();
});

it('tells what a container is, with its secrets hidden until they are asked for', async () => {
  const { db } = await populate();
  const { page } = open;
  await open.visit(`/containers/${db}/inspect`);
  await page.getByText('service --all', { exact: true }).waitFor();
  expect(await page.getByText('hunter2').count()).toBe(0);
  await page.getByRole('button', { name: 'Show POSTGRES_PASSWORD' }).click();
  await page.getByText('hunter2').waitFor();
  await page.getByText('JSON').click();
  await page.locator('.cm-content').getByText(`"Id": "${db}"`).waitFor();
  await keepPicture(page, 'container-json');
  expect(open.complaints).toEqual([]);
});

it('draws what a container uses, also from while nobody looked', async () => {
  const { db } = await populate();
  const { page, engine } = open;
  await open.visit(`/containers/${db}/stats`);
  await page.getByRole('region', { name: 'CPU of shop-db-1' }).waitFor();
  const stats = engine.statistics(db);
  await page.getByRole('tab', { name: 'Inspect' }).click();
  stats.tell({ cpuPercent: 42, memory: 200_000_000, received: 5000, read: 8000 });
  await page.getByRole('tab', { name: 'Stats' }).click();
  await page.getByRole('region', { name: 'CPU of shop-db-1' }).getByText('42 %').waitFor();
  await page.getByRole('region', { name: 'Memory of shop-db-1' }).getByText('200 MB').waitFor();
  expect(open.complaints).toEqual([]);
});

it('shows and reads out the values of a chart point, in the colours of the theme', async () => {
  const { db } = await populate();
  const { page, engine } = open;
  await page.emulateMedia({ colorScheme: 'light' });
  await open.visit(`/containers/${db}/stats`);
  const memory = page.getByRole('region', { name: 'Memory of shop-db-1' });
  await memory.waitFor();
  engine.statistics(db).tell({ cpuPercent: 42, memory: 200_000_000 });
  await memory.getByText('200 MB').waitFor();
  const chart = page.getByRole('slider', { name: /^Memory of shop-db-1\. From .* Memory .* to / });
  await chart.focus();
  await page.keyboard.press('Home');
  await memory.getByText(/^Memory[\d.]+ MB$/).waitFor();
  expect(await chart.getAttribute('aria-valuetext')).toMatch(/: Memory [\d.]+ MB$/);
  expect(await findBarriers(page)).toEqual([]);

  const pixels = () => chart.locator('canvas').evaluate((canvas) => canvas.toDataURL());
  const light = await pixels();
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(pixels).not.toBe(light);
  const width = async () => (await chart.locator('canvas').boundingBox())?.width ?? 0;
  const wide = await width();
  await page.setViewportSize({ width: 1100, height: 760 });
  await expect.poll(width).toBeLessThan(wide);
  expect(open.complaints).toEqual([]);
});

it.each(['light', 'dark'] as const)('has no barriers in %s colours', async (colorScheme) => {
  const { page, engine } = open;
  const { db, web } = await populate();
  await page.emulateMedia({ colorScheme });
  await open.visit('/containers');
  await row(/nightly-import/).waitFor();
  engine.statistics(web).tell({ cpuPercent: 12.5, memory: 73_400_000 });
  await row(/web-1.*12\.5 %/).waitFor();
  await keepPicture(page, `containers-${colorScheme}`);
  expect(await findBarriers(page)).toEqual([]);

  const { write } = engine.process(db);
  write('stdout', '\u001b[32mINFO\u001b[0m ready to accept connections on port 5432\n');
  write('stderr', '\u001b[33mWARN\u001b[0m no password file: using the environment\n');
  write('stderr', '\u001b[1;31mERROR\u001b[0m relation "orders" does not exist\n');
  for (let line = 1; line < 40; line += 1) write('stdout', `checkpoint ${line} complete\n`);
  for (const tab of ['logs', 'terminal', 'inspect', 'stats']) {
    await open.visit(`/containers/${db}/${tab}`);
    await page.getByRole('tabpanel').locator('section').first().waitFor();
    if (tab === 'logs') await page.getByLabel('Search the log').fill('checkpoint 3');
    if (tab === 'logs') await page.getByText('1 of 11 lines').waitFor();
    if (tab === 'stats') {
      for (let second = 0; second < 60; second += 1) {
        const moved = {
          received: second * 4000,
          sent: second * 900,
          written: second * second * 700,
        };
        const cpuPercent = 20 + 15 * Math.sin(second / 6);
        engine.statistics(db).tell({ cpuPercent, memory: 9e7 + second * 4e5, ...moved });
      }
    }
    await keepPicture(page, `container-${tab}-${colorScheme}`);
    expect(await findBarriers(page)).toEqual([]);
  }
  expect(open.complaints).toEqual([]);
});

it('has room for everything in a small window', async () => {
  const { db } = await populate();
  const { page } = open;
  await page.setViewportSize({ width: 900, height: 600 });
  await open.visit('/containers');
  await row(/nightly-import/).waitFor();
  await keepPicture(page, 'containers-small');
  for (const tab of ['logs', 'inspect', 'stats']) {
    await open.visit(`/containers/${db}/${tab}`);
    await page.getByRole('tabpanel').locator('section').first().waitFor();
    await keepPicture(page, `container-${tab}-small`);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(900);
  }
});
