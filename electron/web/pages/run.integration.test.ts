import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { StandInEngine } from '../../host/screen/testing/stand-in-engine.ts';
import { findBarriers } from '../testing/accessibility.ts';
import { keepPicture } from '../testing/browser.ts';
import { openPage } from '../testing/open-page.ts';
import { pageLink } from '../testing/page-link.ts';

const open = openPage(StandInEngine);

it('runs an image with options and offers its page', async () => {
  const { page, visit, engine, machine, complaints } = open;
  engine.addImage('nginx:1');
  await visit('/images');
  await page.getByRole('button', { name: 'Run nginx:1 with options' }).click();
  await page.getByLabel('Name', { exact: true }).fill('web');
  await page.getByRole('button', { name: 'Publish 80/tcp' }).click();
  await page.getByRole('button', { name: 'Keep /var/cache/nginx' }).click();
  await page.getByRole('combobox', { name: 'Volume or host folder, row 1' }).fill('cache');
  await page.getByRole('button', { name: 'Paste .env…' }).click();
  await page.getByLabel('Text of the file').fill('# mine\nMODE=fast\nexport KEY="a b"');
  await page.getByRole('button', { name: 'Add 2 variables' }).click();
  await page.getByRole('button', { name: 'Limits' }).click();
  await page.getByLabel('Memory, MiB').fill('512');
  await page.getByLabel('Network send limit').fill('5');
  await page.getByLabel('Allocate a terminal (TTY)').uncheck();
  const command = page.getByRole('region', { name: 'Equivalent command' });
  expect(await command.textContent()).toBe(
    'berth run -d --name web --publish 8080:80 --volume cache:/var/cache/nginx ' +
      "--env MODE=fast --env 'KEY=a b' --network-rate egress=5mbit --memory 512m nginx:1",
  );
  await keepPicture(page, 'run-form-filled');
  machine.set({ ports: [] });
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByRole('heading', { name: 'web' }).waitFor();
  expect(engine.requestOf('web')).toMatchObject({
    Env: ['MODE=fast', 'KEY=a b'],
    Labels: { 'berth.network.rate': 'egress=5mbit' },
    HostConfig: {
      Binds: ['cache:/var/cache/nginx'],
      Memory: 536_870_912,
      PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8080' }] },
    },
  });
  expect(complaints).toEqual([]);
});

it('keeps a form after a reload, without the values of variables', async () => {
  const { page, visit, engine } = open;
  engine.addImage('nginx:1');
  await visit('/images/run?image=nginx%3A1');
  await page.getByLabel('Name', { exact: true }).fill('web');
  await page.getByRole('button', { name: 'Add variable' }).click();
  await page.getByLabel('Name of variable 1').fill('TOKEN');
  await page.getByLabel('Value of variable 1').fill('secret');
  await pageLink(page, 'Volumes').click();
  await page.getByRole('heading', { name: 'Volumes', level: 1 }).waitFor();
  await page.goBack();
  expect(await page.getByLabel('Value of variable 1').inputValue()).toBe('secret');
  page.on('dialog', (dialog) => void dialog.accept());
  await page.reload();
  expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('web');
  expect(await page.getByLabel('Name of variable 1').inputValue()).toBe('TOKEN');
  expect(await page.getByLabel('Value of variable 1').inputValue()).toBe('');
  const stored = String(await page.evaluate('JSON.stringify({ ...sessionStorage })'));
  expect(stored).not.toContain('secret');

  await visit('/settings/registries');
  const field = page.getByRole('textbox', { name: /^Add to: / }).first();
  await field.fill('registry.example');
  await pageLink(page, 'Images').click();
  await page.getByRole('heading', { name: 'Images', level: 1 }).waitFor();
  await visit('/settings/registries');
  expect(await field.inputValue()).toBe('registry.example');
});

it('links to what listens, and remembers how it was run', async () => {
  const { page, visit, engine, machine } = open;
  engine.addImage('nginx:1');
  await visit('/images/run?image=nginx%3A1');
  await page.getByRole('button', { name: 'Publish 80/tcp' }).click();
  await page.getByRole('button', { name: 'Add variable' }).click();
  await page.getByLabel('Name of variable 1').fill('TOKEN');
  await page.getByLabel('Value of variable 1').fill('secret');
  const start = engine.containers.start.bind(engine.containers);
  engine.containers.start = (id) => {
    start(id);
    const own = { containerId: id, containerName: 'web', protocol: 'tcp' as const, port: 8080 };
    machine.set({ ports: [{ ...own, address: '0.0.0.0' }] });
  };
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  const link = page.getByRole('link', { name: 'Open http://localhost:8080' });
  expect(await link.getAttribute('href')).toBe('http://localhost:8080');
  const kept = await page.evaluate('JSON.stringify(localStorage)');
  expect(kept).toContain('TOKEN');
  expect(kept).not.toContain('secret');
  await visit('/images/run?image=nginx%3A1');
  await page.getByText('Filled in with the options from the last run.').waitFor();
  expect(await page.getByLabel('Container port, row 1').inputValue()).toBe('80');
  await page.getByText("Port 8080 isn't free: the container web already uses it").waitFor();
  await page.getByRole('button', { name: 'Reset options' }).click();
  expect(await page.getByLabel('Container port, row 1').count()).toBe(0);
});

it('pulls an image that is not here, and opens its terminal', async () => {
  const { page, visit } = open;
  await visit('/images/run?image=busybox');
  await page.getByText("This image isn't in the VM yet. Berth will pull it first.").waitFor();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByText('busybox was pulled').waitFor();
  await page.locator('.xterm').waitFor();
});

it('says beside the field what is wrong', async () => {
  const { page, visit, engine } = open;
  engine.addImage('nginx:1');
  engine.addContainer({ image: 'nginx:1', name: 'web' });
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    await visit('/images/run/nginx:1');
    await page.getByRole('button', { name: 'Add port' }).click();
    await page.getByLabel('Host port, row 1').fill(`${port}`);
    await page.getByLabel('Container port, row 1').fill('0');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByText('Use a port from 1 to 65535.').waitFor();
    await page.getByLabel('Container port, row 1').fill('80');
    await page.getByText(new RegExp(`Port ${port} isn't free: .* already uses it`)).waitFor();
  } finally {
    server.close();
  }
  await page.getByLabel('Name', { exact: true }).fill('web');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  const name = page.getByLabel('Name', { exact: true });
  await expect.poll(() => name.getAttribute('aria-invalid')).toBe('true');
  await keepPicture(page, 'run-form-refused');
  expect(await findBarriers(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await findBarriers(page)).toEqual([]);
});

it('does not fold away what is wrong', async () => {
  const { page, visit, engine } = open;
  engine.addImage('nginx:1');
  await visit('/images/run/nginx:1');
  const limits = page.getByRole('button', { name: 'Limits' });
  await limits.click();
  await page.getByLabel('Memory, MiB').fill('much');
  await limits.click();
  await page.getByText('Enter a number of 6 or more.').waitFor();
  await page.getByLabel('Memory, MiB').fill('64');
  await page.keyboard.press('Tab');
  await page.getByLabel('Memory, MiB').waitFor({ state: 'hidden' });
});

it('chooses a folder of the host', async () => {
  const { page, visit, engine } = open;
  engine.addImage('nginx:1');
  await visit('/images/run/nginx:1');
  await page.getByRole('button', { name: 'Add mount' }).click();
  await page.getByRole('button', { name: 'Choose a folder, row 1' }).click();
  await page.getByRole('button', { name: 'Choose this folder' }).click();
  const source = page.getByRole('combobox', { name: 'Volume or host folder, row 1' });
  await expect.poll(() => source.inputValue()).toMatch(/^\//);
});

it.each(['light', 'dark'] as const)('has no barriers in %s colours', async (colorScheme) => {
  const { page, visit, engine } = open;
  await page.emulateMedia({ colorScheme });
  engine.addImage('nginx:1');
  await visit('/images/run/nginx:1');
  await page.getByRole('button', { name: 'Publish 80/tcp' }).click();
  await page.getByRole('button', { name: 'Add mount' }).click();
  await page.getByRole('button', { name: 'Add variable' }).click();
  await keepPicture(page, `run-form-${colorScheme}`);
  expect(await findBarriers(page)).toEqual([]);
  for (const fold of ['Limits', 'Restart and network', 'Process and security', 'Labels']) {
    await page.getByRole('button', { name: fold }).click();
  }
  await page.getByLabel('Privileged').check();
  await page.getByText('A privileged container can do everything').scrollIntoViewIfNeeded();
  await keepPicture(page, `run-form-more-${colorScheme}`);
  expect(await findBarriers(page)).toEqual([]);
  await page.setViewportSize({ width: 900, height: 600 });
  await page.getByLabel('Name', { exact: true }).scrollIntoViewIfNeeded();
  await keepPicture(page, `run-form-narrow-${colorScheme}`);
});
