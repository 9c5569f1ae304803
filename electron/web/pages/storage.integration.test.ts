import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { StandInEngine } from '../../host/screen/testing/stand-in-engine.ts';
import { findBarriers } from '../testing/accessibility.ts';
import { keepPicture } from '../testing/browser.ts';
import { openPage } from '../testing/open-page.ts';

const open = openPage(StandInEngine);

async function fillEngine(): Promise<void> {
  const { engine } = open;
  await writeFile(join(engine.volumes.add('pg-data'), 'base'), Buffer.alloc(48_200_000));
  await writeFile(join(engine.volumes.add('uploads'), 'cat.jpg'), Buffer.alloc(310_000));
  engine.volumes.add('build-cache', { options: { type: 'tmpfs', device: 'tmpfs' } });
  await writeFile(join(engine.volumes.add('old'), 'file'), 'abc');
  engine.networks.add('shop', { subnet: '172.18.0.0/16', gateway: '172.18.0.1' });
  engine.networks.add('backstage', { subnet: '10.9.0.0/24', internal: true });
  const db = { image: 'postgres:18', name: 'db', volumes: ['pg-data'], networks: ['shop'] };
  engine.startContainer(engine.addContainer(db));
  const web = { image: 'nginx:1', name: 'web', volumes: ['uploads'], networks: ['bridge'] };
  engine.addContainer(web);
}

it('lists volumes with who has them, and follows them', async () => {
  const { page, visit, engine, complaints } = open;
  await fillEngine();
  await visit('/volumes');
  await page.getByRole('row', { name: /pg-data 48\.2 MB db 3 days ago local/ }).waitFor();
  await page.getByText('4 volumes, 48.5 MB').waitFor();
  await page.getByLabel('Search volumes').fill('web');
  await expect.poll(() => page.getByRole('row').count()).toBe(2);
  await page.getByLabel('Search volumes').fill('');
  engine.volumes.add('elsewhere');
  await page.getByRole('row', { name: /elsewhere.*Not used/ }).waitFor();
  expect(complaints).toEqual([]);
});

it('makes a volume in memory, and refuses names that cannot be', async () => {
  const { page, visit, engine } = open;
  await visit('/volumes');
  await page.getByRole('button', { name: 'New volume' }).click();
  await page.getByLabel('Name').fill('a b');
  await page.getByText(/two or more characters/).waitFor();
  await page.getByLabel('Name').fill('scratch');
  await page.getByRole('combobox', { name: 'Storage' }).click();
  await page.getByRole('option', { name: /In memory/ }).click();
  await page.getByLabel('Maximum size').fill('64m');
  await page.getByLabel('Labels').fill('tier=db');
  await keepPicture(page, 'volume-new');
  await page.getByRole('button', { name: /^Create / }).click();
  await page.getByRole('row', { name: /scratch.*tmpfs/ }).waitFor();
  expect(engine.volumes.route('GET', '/volumes/scratch', '').document).toMatchObject({
    Labels: { tier: 'db' },
    Options: { type: 'tmpfs', device: 'tmpfs', o: 'size=64m' },
  });
});

it('browses a volume, clones it, and says who keeps it from removal', async () => {
  const { page, visit, engine } = open;
  await fillEngine();
  await visit('/volumes');
  await page.getByRole('link', { name: 'pg-data' }).click();
  await page.getByRole('button', { name: 'base', exact: true }).waitFor();
  await page.getByRole('button', { name: 'More actions for pg-data' }).click();
  await page.getByRole('menuitem', { name: 'Clone…' }).click();
  await page.getByText(/db may write during the copy/).waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Clone' }).click();
  await page.getByText('pg-data was cloned to pg-data-copy').waitFor();
  const copy = await readFile(join(engine.volumes.root('pg-data-copy'), 'base'));
  expect(copy.length).toBe(48_200_000);
  await page.getByRole('button', { name: 'More actions for pg-data' }).click();
  await page.getByRole('menuitem', { name: 'Remove…' }).click();
  const dialog = page.getByRole('dialog', { name: "Can't remove pg-data" });
  await dialog.getByText(/pg-data is used by db/).waitFor();
});

it('removes unused volumes after showing which, and what that frees', async () => {
  const { page, visit, engine } = open;
  await fillEngine();
  await visit('/volumes');
  await page.getByRole('button', { name: 'Remove unused…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Remove unused volumes' });
  await dialog.getByLabel('build-cache').uncheck();
  await dialog.getByText('Frees 3 B').waitFor();
  await keepPicture(page, 'volumes-prune');
  expect(await findBarriers(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Remove 1' }).click();
  await expect.poll(() => page.getByRole('link', { name: 'old', exact: true }).count()).toBe(0);
  expect(engine.volumes.has('old')).toBe(false);
  expect(engine.volumes.has('build-cache')).toBe(true);
});

it('makes a network, and brings a container onto it and off again', async () => {
  const { page, visit, engine, complaints } = open;
  await fillEngine();
  await visit('/networks');
  await page.getByRole('button', { name: 'New network' }).click();
  await page.getByLabel('Name').fill('shop');
  await page.getByText('A network with this name already exists.').waitFor();
  await page.getByLabel('Name').fill('front');
  await page.getByLabel('Subnet').fill('10.10.0.0/24');
  await page.getByLabel('Gateway').fill('10.10.0.1');
  await page.getByLabel('Internal').check();
  await keepPicture(page, 'network-new');
  await page.getByRole('button', { name: /^Create / }).click();
  await page.getByRole('link', { name: 'front' }).click();
  await page.getByText('No container uses this network.').waitFor();
  await page.getByRole('button', { name: 'Connect a container…' }).click();
  await page.getByRole('combobox', { name: 'Container' }).click();
  await page.getByRole('option', { name: 'db' }).click();
  await page.getByRole('button', { name: 'Connect container', exact: true }).click();
  await page.getByRole('row', { name: /db.*172\.20\.0\.9/ }).waitFor();
  await page.getByRole('button', { name: 'Disconnect db' }).click();
  const asking = page.getByRole('dialog', { name: 'Disconnect db?' });
  await asking.getByText(/connections over front break/).waitFor();
  await asking.getByRole('button', { name: 'Disconnect' }).click();
  await page.getByText('No container uses this network.').waitFor();
  await page.getByRole('button', { name: 'Remove network…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('heading', { name: 'Networks' }).waitFor();
  expect(engine.networks.route('DELETE', '/networks/front', '').status).toBe(404);
  expect(complaints).toEqual([]);
});

it('says why a network stays', async () => {
  const { page, visit } = open;
  await fillEngine();
  await visit('/networks');
  await page.getByRole('button', { name: "Why bridge can't be removed" }).click();
  await page.getByRole('dialog').getByText('bridge is built in.').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Remove shop' }).click();
  await page.getByRole('dialog').getByText('shop is used by db.').waitFor();
});

it.each(['light', 'dark'] as const)('has no barriers in %s colours', async (colors) => {
  const { page, visit } = open;
  await page.emulateMedia({ colorScheme: colors });
  const look = async (place: string, sign: string, picture: string) => {
    await visit(place);
    await page.getByText(sign).first().waitFor();
    await keepPicture(page, `${picture}-${colors}`);
    expect(await findBarriers(page)).toEqual([]);
  };
  await look('/volumes', 'No volumes yet', 'volumes-none');
  await fillEngine();
  await page.reload();
  await look('/volumes', '48.2 MB', 'volumes');
  await look('/volumes/uploads', 'cat.jpg', 'volume');
  await look('/networks', 'backstage', 'networks');
  await page.getByRole('link', { name: 'shop' }).click();
  await page.getByRole('row', { name: /db/ }).waitFor();
  await keepPicture(page, `network-${colors}`);
  expect(await findBarriers(page)).toEqual([]);
  await page.setViewportSize({ width: 900, height: 600 });
  await look('/volumes', '48.2 MB', 'volumes-small');
  const name = page.getByRole('cell', { name: 'pg-data', exact: true });
  expect((await name.boundingBox())?.width).toBeGreaterThan(150);
  await look('/networks', 'backstage', 'networks-small');
});
