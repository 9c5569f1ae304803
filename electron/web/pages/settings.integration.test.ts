import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { berthVersion } from '../../host/base/berth-version.ts';
import { StandInDesktop } from '../../host/screen/testing/stand-in-desktop.ts';
import { StandInEngine } from '../../host/screen/testing/stand-in-engine.ts';
import { appliedSettings } from '../../host/settings/applied.ts';
import { newerImage } from '../../host/supervisor/testing/downloaded-image.ts';
import { startFeedServer } from '../../host/vm-image/testing/feed-server.ts';
import { createVmImages } from '../../host/vm-image/vm-images.ts';
import { findBarriers } from '../testing/accessibility.ts';
import { keepPicture } from '../testing/browser.ts';
import { openPage } from '../testing/open-page.ts';

const desktop = new StandInDesktop();
const environment: NodeJS.ProcessEnv = {};
const images = await mkdtemp(join(tmpdir(), 'berth-'));
const vmImages = createVmImages({
  ...{ home: images, machines: { list: async () => [] }, environment },
  findCarried: () => ({ kernel: '', initrd: '', root: '' }),
});
afterAll(() => rm(images, { recursive: true }));
const open = openPage(StandInEngine, { ...desktop.parts, vmImages });

const settings = () => open.host.settings.read();
const appSettings = () => open.host.appSettings.read();
const scheme = () =>
  open.page.evaluate('document.documentElement.getAttribute("data-mantine-color-scheme")');

it('changes the theme at once, from the page and from anywhere else', async () => {
  const { page } = open;
  await open.visit('/settings');
  await page.getByRole('radiogroup', { name: 'Theme' }).getByText('Dark').click();
  await expect.poll(scheme).toBe('dark');
  expect((await appSettings()).theme).toBe('dark');
  await open.host.appSettings.update({ theme: 'light' });
  await expect.poll(scheme).toBe('light');
});

it('offers what the desktop app can do', async () => {
  const { page } = open;
  await open.visit('/settings/general');
  await page.getByText('Start Berth at login').waitFor();
  await page.getByRole('switch', { name: 'Start Berth at login' }).press('Space');
  await expect.poll(() => desktop.startsAtLogin).toBe(true);
  await page.getByRole('switch', { name: 'Docker context' }).press('Space');
  await expect.poll(() => desktop.contextState).toBe('present');
  await page.getByRole('button', { name: 'Check now' }).click();
  await page.getByRole('button', { name: 'Restart Berth to update' }).waitFor();
});

it('logs in to a registry and out again, and says why it cannot', async () => {
  const { page } = open;
  await open.visit('/settings/registries');
  await page.getByRole('button', { name: 'Log in…' }).click();
  await page.getByLabel('User name').fill('ann');
  await page.getByRole('dialog').getByLabel('Password or token').fill('wrong');
  await page.getByRole('dialog').getByRole('button', { name: 'Log in' }).click();
  await page.getByText('Unauthorized: incorrect username or password').waitFor();
  await page.getByRole('dialog').getByLabel('Password or token').fill('right');
  await page.getByRole('dialog').getByRole('button', { name: 'Log in' }).click();
  await page.getByText('docker.io as ann').waitFor();
  await page.getByRole('button', { name: 'Log out of docker.io' }).click();
  await page.getByText('docker.io as ann').waitFor({ state: 'detached' });
});

it('adds and removes registries, and refuses what is none', async () => {
  const { page, machine } = open;
  machine.set({ applied: appliedSettings(await settings()) });
  await open.visit('/settings/registries');
  const field = page.getByLabel('Add to: Insecure registries');
  await field.fill('http://registry.local');
  await page.keyboard.press('Enter');
  await page.getByText('Use a host with an optional port').waitFor();
  await field.fill('registry.local:5000');
  await page.keyboard.press('Enter');
  await page.getByText('Restart the VM to apply: insecure registries.').waitFor();
  expect((await settings()).insecureRegistries).toEqual(['registry.local:5000']);
  await page.getByRole('button', { name: 'Remove registry.local:5000' }).click();
  await expect.poll(async () => (await settings()).insecureRegistries).toEqual([]);
});

it('saves proxies, and returns to those of the host', async () => {
  const { page } = open;
  await open.visit('/settings/network');
  await page.getByText('Manual').click();
  await page.getByLabel('For https:// addresses').fill('proxy.example:3128');
  await page.getByRole('button', { name: 'Save proxies' }).click();
  await page.getByText('Expected an http:// or https:// address').waitFor();
  await page.getByLabel('For https:// addresses').fill('http://proxy.example:3128');
  await page.getByRole('button', { name: 'Save proxies' }).click();
  await page.getByLabel('Add to: Hosts without proxy').fill('.internal.example');
  await page.keyboard.press('Enter');
  const proxy = { https: 'http://proxy.example:3128', exclude: ['.internal.example'] };
  await expect.poll(async () => (await settings()).proxy).toEqual(proxy);
  await keepPicture(page, 'settings-network');
  await page.getByText("Use the host's").click();
  await expect.poll(async () => (await settings()).proxy).toBeUndefined();
});

it('lets the accelerator be chosen, and shows why the processor is emulated', async () => {
  const { page, machine } = open;
  machine.set({ acceleratorNote: "The processor is emulated: KVM can't run the VM." });
  await open.visit('/settings/machine');
  await page.getByText("KVM can't run the VM").waitFor();
  await page.getByLabel('Accelerator').selectOption({ label: 'Emulation (slow)' });
  await expect.poll(async () => (await settings()).accelerator).toBe('emulation');
  await page.getByLabel('Accelerator').selectOption({ label: 'Automatic' });
  await expect.poll(async () => (await settings()).accelerator).toBe('auto');
});

it('turns on the Windows feature without which the processor is emulated', async () => {
  const { page, machine } = open;
  desktop.isSlow = true;
  machine.set({ acceleratorNote: "The processor is emulated: WHPX isn't available." });
  await open.visit('/settings/machine');
  await page.getByRole('button', { name: 'Turn on Windows Hypervisor Platform' }).click();
  await page.getByText('Restart Windows, then start the VM.').waitFor();
  expect(desktop.isSlow).toBe(false);
});

it('shares folders, read-only where that is wanted', async () => {
  const { page, host } = open;
  await host.settings.update({ sharedFolders: [{ path: '/home/ann', readOnly: false }] });
  await open.visit('/settings/files');
  await page.getByRole('switch', { name: 'Read-only: /home/ann' }).press('Space');
  await expect
    .poll(async () => (await settings()).sharedFolders)
    .toEqual([{ path: '/home/ann', readOnly: true }]);
  await page.getByRole('button', { name: 'Share folder…' }).click();
  await page.getByRole('button', { name: 'Choose this folder' }).click();
  await expect.poll(async () => (await settings()).sharedFolders.length).toBe(2);
  await page.getByRole('button', { name: 'Stop sharing /home/ann' }).click();
  await expect.poll(async () => (await settings()).sharedFolders.length).toBe(1);
});

it.each(['light', 'dark'] as const)('is within everybody’s reach in %s colours', async (colors) => {
  const { page } = open;
  await page.emulateMedia({ colorScheme: colors });
  for (const section of ['general', 'terminal', 'machine', 'files', 'registries', 'network']) {
    await open.visit(`/settings/${section}`);
    await page.getByRole('main').getByRole('heading', { level: 2 }).first().waitFor();
    await keepPicture(page, `settings-${section}-${colors}`);
    expect(await findBarriers(page), section).toEqual([]);
  }
  expect(open.complaints).toEqual([]);
});

it('downloads a new VM image, and goes back to the one before', async () => {
  const { page } = open;
  const server = await startFeedServer();
  onTestFinished(() => server[Symbol.asyncDispose]());
  server.publish(newerImage(1));
  environment.BERTH_VM_IMAGE_FEED = server.address;
  await open.visit('/settings/machine');
  const group = page.getByRole('region', { name: 'VM image' });
  await group.getByText('Comes with Berth').waitFor();
  await group.getByRole('button', { name: 'Check for a new VM image' }).click();
  await group.getByText(`${newerImage(1)} is available`).waitFor();
  await keepPicture(page, 'settings-vm-image');
  expect(await findBarriers(page)).toEqual([]);
  await group.getByRole('button', { name: `Download ${newerImage(1)}` }).click();
  await page.getByText('The VM uses it after a restart').waitFor();
  await group.getByText(`VM image ${newerImage(1)}`, { exact: true }).waitFor();
  await group.getByRole('button', { name: `Go back to ${berthVersion}` }).click();
  await group.getByText(`VM image ${berthVersion}`, { exact: true }).waitFor();
  expect(open.complaints).toEqual([]);
});
