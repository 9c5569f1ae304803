import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../host/base/testing/temporary-directory.ts';
import { StandInEngine } from '../../host/screen/testing/stand-in-engine.ts';
import { keepPicture } from '../testing/browser.ts';
import { openPage } from '../testing/open-page.ts';

const open = openPage(StandInEngine);

const LINES = 100_000;

function startJob(): { id: string; log: (text: string, stream?: 'stdout' | 'stderr') => void } {
  const id = open.engine.addContainer({ image: 'alpine:3.22', name: 'job' });
  open.engine.startContainer(id);
  const log = open.engine.containers.find(id)?.log;
  return { id, log: (text, stream = 'stdout') => log?.write(stream, text) };
}

const logs = () => open.page.getByRole('region', { name: 'Logs of job' });
const inSight = (text: string) => logs().getByText(text, { exact: true }).waitFor();

it('has all of 100,000 lines, finds among them, and takes new ones', async () => {
  const { page } = open;
  const { id, log } = startJob();
  for (let line = 1; line <= LINES; line += 1) {
    log(line % 1000 === 0 ? `line ${line} Needle` : `line ${line}`);
  }
  await page.addInitScript("localStorage.setItem('berth.logs.range', '\"all\"')");
  await open.visit(`/containers/${id}/logs`);
  await page.getByText('100,000 lines', { exact: true }).waitFor();
  await inSight('line 100000 Needle');
  log('one more');
  await inSight('one more');

  await page.getByLabel('Search the log').fill('needle');
  await page.getByText('1 of 100 lines').waitFor();
  await inSight('line 1000 Needle');
  await page.getByLabel('Search the log').press('Enter');
  await page.getByText('2 of 100 lines').waitFor();
  await inSight('line 2000 Needle');
  await page.getByRole('button', { name: 'Previous match' }).click();
  await page.getByRole('button', { name: 'Previous match' }).click();
  await page.getByText('100 of 100 lines').waitFor();
  await inSight('line 100000 Needle');
  await keepPicture(page, 'logs-search');

  await logs().press('Home');
  await inSight('line 1');
  log('while looking at the beginning');
  await page.getByText('100,002 lines', { exact: true }).waitFor();
  await inSight('line 1');
  await page.getByRole('button', { name: 'Follow' }).click();
  await inSight('while looking at the beginning');

  await page.getByRole('button', { name: 'Copy all lines' }).click();
  await page.getByText('100,002 lines were copied').waitFor();
  const copied = String(await page.evaluate('navigator.clipboard.readText()'));
  expect(copied.split('\n').slice(0, 3)).toEqual(['line 1', 'line 2', 'line 3']);
  expect(copied.trimEnd().split('\n')).toHaveLength(LINES + 2);
  expect(open.complaints).toEqual([]);
});

it('says that a log is loading until the engine has answered', async () => {
  const { page, engine } = open;
  const { id, log } = startJob();
  const answer = Promise.withResolvers<void>();
  const held = engine.containers.find(id)?.log;
  if (held) held.held = answer.promise;
  log('a needle');
  await open.visit(`/containers/${id}/logs`);
  await page.getByText('Loading…').waitFor();
  await page.getByLabel('Search the log').fill('needle');
  await page.getByText('Searching…').waitFor();
  await keepPicture(page, 'logs-loading');
  expect(await page.getByText(/No output|No matches/).count()).toBe(0);
  answer.resolve();
  await page.getByText('1 of 1 lines').waitFor();
  await page.getByText('Loading…').waitFor({ state: 'detached' });
  await page.getByLabel('Search the log').fill('hay');
  await page.getByText('No matches').waitFor();

  const quiet = engine.addContainer({ image: 'alpine:3.22', name: 'quiet' });
  engine.startContainer(quiet);
  await open.visit(`/containers/${quiet}/logs`);
  await page.getByText('No output yet').waitFor();
  engine.exitContainer(quiet, 0);
  await page.getByText('No output', { exact: true }).waitFor();
  expect(open.complaints).toEqual([]);
});

it('tells streams apart, shows times and wraps when asked to', async () => {
  const { page } = open;
  const { id, log } = startJob();
  log('\u001b[32mready\u001b[0m');
  log(`a long line ${'word '.repeat(80)}`, 'stderr');
  await open.visit(`/containers/${id}/logs`);
  const long = logs().locator('[data-stream="stderr"]');
  const height = async () => (await long.boundingBox())?.height ?? 0;
  await long.waitFor();
  expect(await height()).toBe(20);
  await page.getByRole('button', { name: 'Wrap long lines' }).click();
  await expect.poll(height).toBeGreaterThan(40);
  await page.getByRole('button', { name: 'Timestamps' }).click();
  await logs().locator('time').first().waitFor();
  const color = await logs()
    .getByText('ready')
    .evaluate((element) => element.ownerDocument.defaultView?.getComputedStyle(element).color);
  expect(color).toBe('rgb(42, 122, 73)');
  open.engine.exitContainer(id, 3);
  await page.getByText('Ended with code 3').waitFor();
  expect(open.complaints).toEqual([]);
});

it('saves a log to a file on the host', async () => {
  const { page } = open;
  const { id, log } = startJob();
  log('\u001b[32mready\u001b[0m');
  await open.visit(`/containers/${id}/logs`);
  await page.getByRole('button', { name: 'Save to a file' }).click();
  // From the home folder, where the dialog begins.
  const path = join(await temporaryDirectory(), 'job.log');
  await page.getByLabel('File name').fill(relative(homedir(), path));
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText(/of the log of job to/).waitFor();
  expect(await readFile(path, 'utf8')).toBe('ready\n');
});

it('shows only lines that match, or that have a level, and the fields of JSON lines', async () => {
  const { page } = open;
  const { id, log } = startJob();
  log('INFO started');
  log('ERROR no such table');
  log('WARN slow');
  log('{"level":"error","msg":"refused","status":502}');
  await open.visit(`/containers/${id}/logs`);
  await logs().getByText('refused').waitFor();
  await logs().getByText('502').waitFor();
  await page.getByRole('button', { name: 'Show the fields of JSON lines' }).click();
  await inSight('{"level":"error","msg":"refused","status":502}');

  const level = page.getByRole('combobox', { name: 'Levels to show' });
  await level.click();
  await page.getByRole('option', { name: 'Errors', exact: true }).click();
  await page.getByText('2 of 4 lines').waitFor();
  expect(await logs().getByText('WARN slow').count()).toBe(0);
  log('FATAL gave up');
  await page.getByText('3 of 5 lines').waitFor();

  await level.click();
  await page.getByRole('option', { name: 'All levels' }).click();
  await page.getByLabel('Search the log').fill('slow');
  await page.getByRole('button', { name: 'Show only matching lines' }).click();
  await page.getByText('1 of 5 lines').waitFor();
  await keepPicture(page, 'logs-filtered');
  expect(open.complaints).toEqual([]);
});

it('shows the lines of a time range', async () => {
  const { page } = open;
  const { id, log } = startJob();
  log('now');
  await open.visit(`/containers/${id}/logs`);
  await inSight('now');
  await page.getByRole('combobox', { name: 'Range of the log' }).click();
  await page.getByRole('option', { name: 'Time range…' }).click();
  await page.getByLabel('From').fill('2001-01-01T00:00:00');
  await inSight('now');
  await page.getByLabel('From').fill('2099-01-01T00:00:00');
  await page.getByText('No output').waitFor();
});
