import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { berthVersion } from '../../host/base/berth-version.ts';
import { writeLaunch } from '../../host/home/launch-record.ts';
import { machinePaths } from '../../host/home/paths.ts';
import { StandInEngine } from '../../host/screen/testing/stand-in-engine.ts';
import { appliedSettings } from '../../host/settings/applied.ts';
import { writeStubImage } from '../../host/supervisor/testing/stub-image.ts';
import { findBarriers } from '../testing/accessibility.ts';
import { keepPicture, terminalText } from '../testing/browser.ts';
import { openPage } from '../testing/open-page.ts';
import { pageLink } from '../testing/page-link.ts';

const open = openPage(StandInEngine);

it('shows the VM’s details, and asks before stopping running containers', async () => {
  const { page, engine } = open;
  engine.startContainer(engine.addContainer({ image: 'alpine:3.22', name: 'job' }));
  await open.visit('/machine');
  await page.getByText('Berth Linux, Linux 6.12.1, x86_64').waitFor();
  await page.getByRole('button', { name: 'Copy DOCKER_HOST' }).waitFor();
  await page.getByRole('main').getByRole('button', { name: 'Restart' }).click();
  const dialog = page.getByRole('dialog', { name: 'Restart the VM?' });
  await dialog.getByText('job').waitFor();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('main').getByRole('button', { name: 'Stop', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('main').getByText('VM stopped').waitFor();
  await page.getByRole('main').getByRole('button', { name: 'Start' }).click();
  await page.getByRole('main').getByText('VM running').waitFor();
  expect(open.complaints).toEqual([]);
});

it('says on every page that the engine does not answer, and restarts the machine', async () => {
  const { page, machine } = open;
  await open.visit('/volumes');
  machine.set({ engineNotAnsweringSince: new Date().toISOString() });
  const banner = page
    .getByRole('alert')
    .filter({ hasText: "The container engine isn't answering" });
  await banner.waitFor();
  await page.getByRole('status').getByText('Engine not answering').waitFor();
  await keepPicture(page, 'engine-not-answering');
  expect(await findBarriers(page)).toEqual([]);
  machine.set({ engineNotAnsweringSince: undefined });
  await banner.waitFor({ state: 'hidden' });

  machine.set({ engineNotAnsweringSince: new Date().toISOString() });
  await banner.getByRole('button', { name: 'Restart VM' }).click();
  await page.getByText('The VM has restarted').waitFor();
  expect(open.complaints).toEqual([]);
});

it('suspends the VM and resumes it', async () => {
  const { page } = open;
  await open.visit('/machine');
  const main = page.getByRole('main');
  await main.getByRole('button', { name: 'Suspend' }).click();
  await main.getByText('VM suspended').waitFor();
  await keepPicture(page, 'machine-suspended');
  await pageLink(page, 'Containers').click();
  await page.getByRole('heading', { name: 'The Berth VM is suspended' }).waitFor();
  await main.getByRole('button', { name: 'Resume VM' }).click();
  await page.getByRole('heading', { name: 'No containers yet' }).waitFor();
  await open.visit('/machine');
  await main.getByText('VM running').waitFor();
  await keepPicture(page, 'machine-running');

  await main.getByRole('button', { name: 'Suspend' }).click();
  await page.getByRole('button', { name: 'More actions for the VM' }).click();
  await page.getByRole('menuitem', { name: 'Discard suspended state…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Discard' }).click();
  await main.getByText('VM stopped').waitFor();
  expect(open.complaints).toEqual([]);
});

it('gives the machine more at its next start, and offers to restart it', async () => {
  const { page, machine, host } = open;
  machine.set({ applied: appliedSettings(await host.settings.read()) });
  await open.visit('/machine');
  const slider = page.getByRole('slider', { name: 'Disk' });
  await slider.focus();
  await page.keyboard.press('ArrowRight');
  await page.getByText('Restart the VM to apply: disk size.').waitFor();
  expect((await host.settings.read()).diskGiB).toBe(72);
  await page.getByRole('button', { name: 'Restart VM' }).click();
  await page.getByText('The VM has restarted').waitFor();
});

it('gives room back, after saying what goes', async () => {
  const { page } = open;
  await open.visit('/machine');
  await page.getByRole('button', { name: 'Remove unused volumes' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('with all their data').waitFor();
  await dialog.getByText('old · 5 MB').waitFor();
  await dialog.getByRole('button', { name: 'Remove 1 volume' }).click();
  await page.getByText('5 MB freed').waitFor();
});

it('shows the console, and has a shell in the machine', async () => {
  const { page } = open;
  await open.visit('/machine/console');
  await expect.poll(() => terminalText(page)).toContain('berth: sshd');
  await page.getByRole('tab', { name: 'Shell' }).click();
  await page.getByLabel(/^Shell in the VM\. /).waitFor();
  await page.keyboard.type('echo $((6 * 7))\n');
  await expect.poll(() => terminalText(page)).toMatch(/^42/m);
});

it('recovers when the VM was killed and started again', async () => {
  const { page, machine, engine } = open;
  engine.startContainer(engine.addContainer({ image: 'alpine:3.22', name: 'job' }));
  await open.visit('/containers');
  await page.getByRole('row', { name: /job.*Running/ }).waitFor();
  machine.crash('killed by signal 9');
  await page.getByRole('heading', { name: 'The VM ended unexpectedly' }).waitFor();
  await page.getByText('The VM crashed: killed by signal 9').waitFor();
  // The bell counts it, so it has come; the page tells it, so no message beside it does.
  await page.getByRole('button', { name: 'Notifications, 1 new' }).waitFor();
  expect(await page.getByText('The VM ended unexpectedly').count()).toBe(1);
  await page.getByRole('switch', { name: 'Restart automatically after a crash' }).click();
  await expect.poll(async () => (await open.host.appSettings.read()).restartMachine).toBe(true);
  await keepPicture(page, 'machine-crashed');
  await page.getByRole('main').getByRole('button', { name: 'Start VM' }).click();
  await page.getByRole('row', { name: /job.*Running/ }).waitFor();
  await page.getByRole('button', { name: 'Notifications, 1 new' }).click();
  await page
    .getByRole('list', { name: 'Recent notifications' })
    .getByText('The VM crashed')
    .waitFor();
  await keepPicture(page, 'notices');
  await page.getByRole('button', { name: 'Clear all' }).click();
  machine.crash('killed by signal 9');
  await page.getByText('The VM is running again').first().waitFor();
});

it.each(['light', 'dark'] as const)('is within everybody’s reach in %s colours', async (colors) => {
  const { page } = open;
  await page.emulateMedia({ colorScheme: colors });
  await open.visit('/machine');
  await page.getByRole('table', { name: 'Disk use' }).waitFor();
  await page.getByRole('progressbar', { name: /^CPU: \d+ %/ }).waitFor();
  await keepPicture(page, `machine-${colors}`);
  expect(await findBarriers(page)).toEqual([]);
  await page.setViewportSize({ width: 900, height: 600 });
  await keepPicture(page, `machine-small-${colors}`);
});

it('offers the restart that a new VM image needs, and a new image that failed is named', async () => {
  const { page, machine, host } = open;
  const image = join(host.home, 'image');
  await writeStubImage(image);
  vi.stubEnv('BERTH_IMAGE_DIR', image);
  onTestFinished(() => void vi.unstubAllEnvs());
  const paths = machinePaths(host.home, 'default');
  await mkdir(paths.directory, { recursive: true });
  await writeLaunch(paths, { fingerprint: '', applied: {}, image: 'before' });
  await open.visit('/machine');
  const banner = page.getByRole('status', { name: 'New VM image' });
  await banner.getByText(`VM image ${berthVersion} is ready.`).waitFor();
  await keepPicture(page, 'machine-new-image');
  expect(await findBarriers(page)).toEqual([]);
  await banner.getByRole('button', { name: 'Restart VM' }).click();
  await page.getByText('The VM has restarted').waitFor();

  machine.set({ imageNote: "The VM didn't start with the new VM image 9.9" });
  await page.getByRole('alert').getByText('new VM image 9.9').waitFor();
  expect(open.complaints).toEqual([]);
});
