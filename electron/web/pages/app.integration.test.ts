import { expect, it } from 'vitest';
import { StandInEngine } from '../../host/screen/testing/stand-in-engine.ts';
import { findBarriers } from '../testing/accessibility.ts';
import { keepPicture, terminalText } from '../testing/browser.ts';
import { openPage } from '../testing/open-page.ts';
import { pageLink } from '../testing/page-link.ts';

const open = openPage(StandInEngine);
const screenText = () => terminalText(open.page);

it('leads from the first start to a container that runs, and is not shown again', async () => {
  const { page, machine, host } = open;
  await host.appSettings.update({ onboarded: false });
  machine.set({ state: 'stopped' });
  await open.visit('/');
  await page.getByRole('heading', { name: 'Welcome to Berth' }).waitFor();
  await keepPicture(page, 'welcome');
  machine.set({ state: 'starting', step: 'kernel' });
  await page.getByRole('heading', { name: 'Starting the VM' }).waitFor();
  await keepPicture(page, 'welcome-starting');
  machine.crash('no disk');
  await page.getByText('The VM crashed: no disk').first().waitFor();
  // With the keyboard alone.
  await page.getByRole('button', { name: 'Try again' }).press('Enter');
  await page.getByRole('button', { name: 'Run busybox' }).press('Enter');
  await expect.poll(screenText).toContain('/ #');
  await expect.poll(async () => (await host.appSettings.read()).onboarded).toBe(true);
  await open.visit('/');
  await page.getByRole('row', { name: /busybox/ }).waitFor();
});

it('can be skipped', async () => {
  const { page, host } = open;
  await host.appSettings.update({ onboarded: false });
  await open.visit('/');
  await page.getByRole('link', { name: 'Skip first steps' }).click();
  await page.getByRole('heading', { name: 'No containers yet' }).waitFor();
  await expect.poll(async () => (await host.appSettings.read()).onboarded).toBe(true);
});

it('has a shell of the host that uses the VM', async () => {
  const { page, machine } = open;
  await open.visit('/terminal');
  await page.getByLabel(/^Shell 1\. /).waitFor();
  await page.keyboard.type('echo "[$DOCKER_HOST]"\n');
  await expect.poll(screenText).toContain(`[unix://${machine.engineSocket}]`);
  await page.getByRole('button', { name: 'New shell' }).click();
  await page.getByRole('button', { name: 'Shell 2', exact: true, pressed: true }).waitFor();
  await keepPicture(page, 'terminal');
  expect(await findBarriers(page)).toEqual([]);
  await page.keyboard.type('kept=yes\n');
  await pageLink(page, 'Images').click();
  await page.getByRole('heading', { name: 'No images yet' }).waitFor();
  await pageLink(page, 'Terminal').click();
  await page.getByLabel(/^Shell 2\. /).focus();
  await page.keyboard.type('echo "[$kept]"\n');
  await expect.poll(screenText).toContain('[yes]');
  await page.getByRole('button', { name: 'Close shell 2' }).click();
  await page.getByRole('button', { name: 'Shell 1', exact: true, pressed: true }).waitFor();
});

it('leaves all keys to a terminal, which outlives a look at the first steps', async () => {
  const { page } = open;
  await open.visit('/terminal');
  await page.getByLabel(/^Shell 1\. /).waitFor();
  await page.keyboard.press('Control+k');
  await page.keyboard.press('Control+1');
  await page.keyboard.type('echo "?"; echo still here\n');
  await expect.poll(screenText).toMatch(/^still here/m);
  await page.evaluate("location.hash = '/welcome'");
  await page.getByRole('heading', { name: 'Run your first container' }).waitFor();
  await page.evaluate("location.hash = '/terminal'");
  await page.getByLabel(/^Shell 1\. /).waitFor();
  await expect.poll(screenText).toMatch(/^still here/m);
  await page.locator('.xterm').click();
  expect(await page.getByRole('dialog').count()).toBe(0);
  await page.keyboard.press('F6');
  await page.keyboard.press('Control+2');
  await page.getByRole('heading', { name: 'No images yet' }).waitFor();
});

it('finds pages, containers and commands from the keyboard', async () => {
  const { page, engine } = open;
  engine.startContainer(engine.addContainer({ image: 'alpine:3.22', name: 'job' }));
  await open.visit('/containers');
  await page.getByRole('row', { name: /job.*Running/ }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('textbox', { name: 'Command' }).fill('job');
  await page.getByText('Logs of job').waitFor();
  await keepPicture(page, 'palette');
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole('textbox', { name: 'Command' }).fill('stop job');
  await page.keyboard.press('Enter');
  await page.getByRole('row', { name: /job.*Exited/ }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('textbox', { name: 'Command' }).fill('open bridge');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'bridge', level: 1 }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('textbox', { name: 'Command' }).fill('settings');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
  // Until the palette has closed, its text field takes the keys.
  await page.getByRole('textbox', { name: 'Command' }).waitFor({ state: 'hidden' });
  await page.keyboard.press('Shift+?');
  await page.getByRole('table', { name: 'Keyboard shortcuts' }).waitFor();
  await keepPicture(page, 'shortcuts');
  expect(open.complaints).toEqual([]);
});

it('keeps its shortcuts after a click on a choice or a box', async () => {
  const { page, engine } = open;
  engine.addContainer({ image: 'alpine:3.22', name: 'job' });
  await open.visit('/containers');
  const choose = async (text: string) => {
    await page.getByText(text, { exact: true }).click();
    await expect.poll(() => page.evaluate('document.activeElement.type')).toBe('radio');
  };
  const palette = page.getByRole('textbox', { name: 'Command' });
  await page.getByRole('row', { name: /job/ }).waitFor();
  await choose('Running');
  await page.keyboard.press('/');
  await expect
    .poll(() => page.evaluate('document.activeElement.ariaLabel'))
    .toBe('Search containers');
  await choose('All');
  await page.keyboard.press('Shift+?');
  await page.getByRole('table', { name: 'Keyboard shortcuts' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('table', { name: 'Keyboard shortcuts' }).waitFor({ state: 'detached' });
  await choose('Running');
  await page.keyboard.press('Control+k');
  await palette.waitFor();
  await page.keyboard.press('Escape');
  await palette.waitFor({ state: 'detached' });
  await choose('All');
  await page.getByLabel('Select job').check();
  await page.keyboard.press('Control+2');
  await page.getByRole('heading', { name: 'No images yet' }).waitFor();
  expect(open.complaints).toEqual([]);
});

it('opens the palette while somebody types, and leaves all other keys to the text', async () => {
  const { page, engine } = open;
  engine.addContainer({ image: 'alpine:3.22', name: 'job' });
  await open.visit('/containers');
  const search = page.getByLabel('Search containers');
  await search.click();
  await page.keyboard.type('a/b?');
  await page.keyboard.press('Control+2');
  expect(await search.inputValue()).toBe('a/b?');
  await page.keyboard.press('Control+k');
  await page.getByRole('textbox', { name: 'Command' }).waitFor();
  expect(await search.inputValue()).toBe('a/b?');
});

it('tells of a container that died, with a link to it', async () => {
  const { page, engine } = open;
  await open.visit('/images');
  await page.getByRole('heading', { name: 'No images yet' }).waitFor();
  const id = engine.addContainer({ image: 'alpine:3.22', name: 'job' });
  engine.startContainer(id);
  await expect.poll(() => engine.listeners).toBeGreaterThan(1);
  engine.exitContainer(id, 3);
  await page.getByRole('alert').getByText('job exited with code 3').waitFor();
  await page.getByRole('button', { name: 'Notifications, 1 new' }).click();
  await page.getByRole('link', { name: 'job exited with code 3' }).click();
  await page.getByRole('heading', { name: 'job' }).waitFor();
});
