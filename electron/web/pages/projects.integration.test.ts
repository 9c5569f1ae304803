import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import { dockerfileError } from '../../../guest-agent/buildkit/frontend/dockerfile-error.ts';
import { EngineError } from '../../../guest-agent/errors.ts';
import { socketDirectory } from '../../../guest-agent/testing/test-socket.ts';
import { ProjectEngine } from '../../host/compose/testing/project-engine.ts';
import { standInHost } from '../../host/screen/testing/stand-in-host.ts';
import { StandInMachine } from '../../host/screen/testing/stand-in-machine.ts';
import { serveApp } from '../server.ts';
import { collectComplaints, keepPicture, launchBrowser, terminalText } from '../testing/browser.ts';
import { pageLink } from '../testing/page-link.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
let browser: Browser;
let engine: ProjectEngine;
let app: Awaited<ReturnType<typeof serveApp>>;
let context: BrowserContext;
let page: Page;
let complaints: string[];
let directory: string;
let file: string;

const TEXT = `services:
  web:
    image: busybox
    ports: ["8080-8081:80"]
    depends_on:
      db: { condition: service_healthy }
  db:
    image: redis
    volumes: [data:/data]
    healthcheck: { test: ["CMD", "true"], interval: 100ms }
volumes:
  data:
`;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
});

beforeEach(async () => {
  engine = await ProjectEngine.start();
  directory = join(socketDirectory(engine.socket), 'shop');
  file = join(directory, 'compose.yaml');
  await mkdir(directory);
  await writeFile(file, TEXT);
  await writeFile(join(directory, '.env'), 'GREETING=hello\n');
  const host = standInHost(engine, new StandInMachine(engine.socket));
  await host.composeFiles.add(file);
  app = await serveApp(host, { assets: inject('assets') });
  // Axe is put into the page, which the page's own policy would refuse.
  context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    bypassCSP: true,
  });
  page = await context.newPage();
  page.setDefaultTimeout(30_000);
  complaints = collectComplaints(page);
});

afterEach(async () => {
  await context.close();
  await app.close();
  await engine.close();
});

/** What axe finds serious, in the present scheme. */
async function violations(): Promise<string[]> {
  await page.addScriptTag({ path: AXE });
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(): Promise<{
          violations: { id: string; impact: string; nodes: { target: unknown[] }[] }[];
        }>;
      };
    };
    const found = (await axe.run()).violations;
    return found
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  });
}

async function inBothSchemes(name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await keepPicture(page, `${name}-${colorScheme}`);
    expect(await violations()).toEqual([]);
  }
}

it('brings a project up, shows its services and logs, and takes it down', async () => {
  await page.goto(`${app.url}#/projects`);
  await page.getByRole('row', { name: /shop Not created/ }).waitFor();
  await page.getByRole('button', { name: 'Start shop' }).click();
  await page.getByRole('row', { name: /shop Running 2\/2/ }).waitFor();
  await inBothSchemes('projects');

  await page.getByRole('link', { name: 'shop' }).click();
  await page.getByRole('row', { name: /web busybox Running shop-web-1 .*8080/ }).waitFor();
  await page.getByRole('row', { name: /db redis Running, healthy shop-db-1/ }).waitFor();
  await page.getByText('GREETING').waitFor();
  await inBothSchemes('project-services');
  await page.getByRole('button', { name: 'Add one container of web' }).click();
  const web = page.getByRole('row', { name: /web busybox Running shop-web-1 ?shop-web-2/ });
  await web.getByRole('link', { name: /^8081/ }).waitFor();
  expect(await web.getByRole('link', { name: /^8080/ }).getAttribute('href')).toBe(
    'http://localhost:8080',
  );

  await page.getByRole('tab', { name: 'Logs' }).click();
  await page.getByText('shop-db-1 is ready').waitFor();
  await inBothSchemes('project-logs');
  await page.getByLabel('Search the log').fill('listening');
  await page.getByText('1 of 3 lines').waitFor();
  await page.getByRole('combobox', { name: 'Services to show' }).click();
  await page.getByRole('option', { name: 'web' }).click();
  await page.getByText('shop-db-1 is ready').waitFor({ state: 'detached' });
  await page.getByText('1 of 2 lines').waitFor();

  await page.getByRole('button', { name: 'Take down…' }).click();
  await page.getByLabel('Remove volumes').check();
  await page.getByRole('button', { name: 'Take down and delete data' }).click();
  await expect.poll(() => engine.states().length).toBe(0);
  await expect.poll(() => engine.volumes().length).toBe(0);
  expect(complaints).toEqual([]);
});

it('acts on one service', async () => {
  await page.goto(`${app.url}#/projects`);
  await page.getByRole('button', { name: 'Start shop' }).click();
  await page.getByRole('row', { name: /shop Running 2\/2/ }).waitFor();
  await page.getByRole('link', { name: 'shop', exact: true }).click();
  await page.getByRole('button', { name: 'Stop web' }).click();
  await page.getByText('web has stopped').waitFor();
  await page.getByRole('button', { name: 'Start web' }).click();
  await page.getByRole('button', { name: 'Stop web' }).waitFor();

  await page.getByRole('button', { name: 'More actions for web' }).click();
  await keepPicture(page, 'project-service-menu');
  await page.getByRole('menuitem', { name: 'Restart' }).click();
  await page.getByText('web has restarted').waitFor();
  await page.getByRole('button', { name: 'More actions for web' }).click();
  await page.getByRole('menuitem', { name: 'Remove containers…' }).click();
  await page.getByRole('dialog').getByText('the container shop-web-1').waitFor();
  await page.getByRole('button', { name: 'Remove containers' }).click();
  await page.getByRole('row', { name: /web busybox Not created/ }).waitFor();
  expect(engine.states()).toEqual(['shop-db-1 running']);
  await page.getByRole('button', { name: 'Start web' }).click();
  await page.getByRole('row', { name: /web busybox Running/ }).waitFor();

  await page.getByRole('button', { name: 'Logs of web' }).click();
  await page.getByText('shop-web-1 is ready').waitFor();
  await page.getByText('2 lines').waitFor();
  expect(await page.getByText('shop-db-1 is ready').count()).toBe(0);
  expect(complaints).toEqual([]);
});

const WATCHED = `services:
  web:
    image: busybox
    ports: ["8080:80"]
    networks: [front]
    depends_on:
      api: { condition: service_healthy }
      migrate: { condition: service_completed_successfully }
    develop:
      watch:
        - { path: ./src, action: sync, target: / }
        - { path: ./package.json, action: sync+restart, target: /package.json }
  api:
    image: busybox
    networks: [front, back]
    depends_on: [db, queue]
    healthcheck: { test: ["CMD", "true"], interval: 100ms }
  migrate:
    image: busybox
    command: ["sh", "-c", "exit 0"]
    networks: [back]
    depends_on: { db: { condition: service_healthy } }
  queue: { image: redis, networks: [back] }
  db:
    image: redis
    networks: [back]
    healthcheck: { test: ["CMD", "true"], interval: 100ms }
networks: { front: {}, back: {} }
`;

it('watches files, draws the services as a graph, and runs a command', async () => {
  await mkdir(join(directory, 'src'));
  await writeFile(file, WATCHED);
  await page.goto(`${app.url}#/projects/shop`);
  await page.getByRole('switch', { name: 'Watch files' }).click();
  await page.getByText('Watching started').waitFor();
  await writeFile(join(directory, 'src', 'page.html'), 'hello');
  await page.getByText('Synced 1 file to web').waitFor();
  await writeFile(join(directory, 'package.json'), '{}');
  await page.getByText('Restarted web').waitFor();
  await inBothSchemes('project-watch');
  await page.getByRole('switch', { name: 'Watch files' }).click();
  await page.getByText('Watching stopped').waitFor();

  await page.getByRole('tab', { name: 'Graph' }).click();
  const services = page.getByRole('list', { name: 'Services, in the order of their start' });
  const web = services.getByRole('button', { name: /^web/ });
  await web.waitFor();
  expect(await web.textContent()).toContain('Waits for api (healthy), migrate (completed)');
  await web.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('row', { name: /web busybox Running shop-web-1/ }).waitFor();
  await inBothSchemes('project-graph');

  await page.getByRole('button', { name: 'More actions for web' }).click();
  await page.getByRole('menuitem', { name: 'Run a command…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Command').fill("sh -c 'echo hello; exit 3'");
  await inBothSchemes('project-run');
  await dialog.getByRole('button', { name: 'Run', exact: true }).click();
  await expect.poll(() => terminalText(page)).toMatch(/hello[\s\S]*exited with code 3/);
  await inBothSchemes('project-run-terminal');
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect.poll(() => engine.states().filter((name) => name.includes('-run-'))).toEqual([]);
  expect(complaints).toEqual([]);
});

it('marks what is wrong while a file is edited, and shows what applying it does', async () => {
  await page.goto(`${app.url}#/projects`);
  await page.getByRole('button', { name: 'Start shop' }).click();
  await page.getByRole('row', { name: /shop Running 2\/2/ }).waitFor();
  await page.getByRole('button', { name: 'File of shop' }).click();
  const editor = page.getByRole('textbox', { name: /Text of/ });
  await editor.click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.insertText('colour: red\n');
  await page.getByText("additional properties 'colour' not allowed").waitFor();
  expect(await page.getByRole('button', { name: 'Save and apply…' }).isDisabled()).toBe(true);
  await inBothSchemes('project-file');

  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(TEXT.replace('image: redis', 'image: redis\n    user: "1"'));
  await page.getByText('additional properties').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Save and apply…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('shop-db-1').waitFor();
  expect(await dialog.textContent()).toContain('its configuration changed');
  await inBothSchemes('project-plan');
  await dialog.getByRole('button', { name: 'Save and apply' }).click();
  await expect.poll(() => engine.done).toContain('rename shop-db-1');
  expect(await readFile(file, 'utf8')).toContain('user: "1"');
  expect(complaints).toEqual([]);
});

it('keeps what is typed into the file, and asks before it replaces a newer one', async () => {
  await page.goto(`${app.url}#/projects/shop/file`);
  const editor = page.getByRole('textbox', { name: /Text of/ });
  await editor.click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.insertText('# mine\n');
  await page.getByRole('tab', { name: 'Services' }).click();
  await page.getByRole('row', { name: /web/ }).waitFor();
  await page.getByRole('tab', { name: /File.*Unsaved changes/ }).click();
  await editor.getByText('# mine').waitFor();
  await pageLink(page, 'Build').click();
  await page.getByRole('heading', { name: 'Build', level: 1 }).waitFor();
  await writeFile(file, `# theirs\n${TEXT}`);
  page.on('dialog', (dialog) => void dialog.accept());
  await page.reload();
  await page.getByRole('button', { name: '1 unsaved file' }).click();
  await page.getByRole('link', { name: 'compose.yaml of shop' }).click();
  await page.getByRole('alert').getByText('compose.yaml changed on disk').waitFor();
  await editor.getByText('# mine').waitFor();
  await inBothSchemes('project-file-changed');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Keep editing' }).click();
  expect(await readFile(file, 'utf8')).toContain('# theirs');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Replace the file' }).click();
  await expect.poll(() => readFile(file, 'utf8')).toBe(`# mine\n${TEXT}`);
  await expect.poll(() => page.getByLabel('Unsaved changes').count()).toBe(0);
  expect(complaints).toEqual([]);
});

it('teaches what a project is when there is none', async () => {
  await page.goto(`${app.url}#/projects`);
  await page.getByRole('button', { name: 'More actions for shop' }).click();
  await page.getByRole('menuitem', { name: 'Remove from list' }).click();
  await page.getByRole('heading', { name: 'No projects yet' }).waitFor();
  await inBothSchemes('projects-empty');
});

it('builds a folder, step by step, and keeps how it went', async () => {
  const DOCKERFILE = 'FROM busybox AS base\nARG VERSION=1\nRUN make\n';
  await writeFile(join(directory, 'Dockerfile'), DOCKERFILE);
  let fails = true;
  const casing = 'FromAsCasing: the case of AS and FROM differs (line 1)';
  engine.buildkit.script = async ({ job }) => {
    const definition = job.vertex('[internal] load build definition from Dockerfile');
    definition.line('transferring dockerfile:').complete(64);
    const warning = { vertex: definition.digest, level: 1n, short: Buffer.from(casing) };
    job.status.append({ warnings: [warning] });
    definition.complete();
    job.vertex('[base 1/2] FROM docker.io/library/busybox').complete({ cached: true });
    const vertex = job.vertex('[base 2/2] RUN make');
    vertex.output('stderr', Buffer.from('cc -o app app.c\napp.c:3: error: expected ;\n'));
    if (!fails) {
      vertex.complete();
      job.vertex('exporting to image').complete();
      return undefined;
    }
    vertex.fail('exit code: 2');
    const source = { filename: 'Dockerfile', text: DOCKERFILE };
    const error = new EngineError('internal', 'The command returned code 2');
    throw dockerfileError(error, source, { lines: [3, 3] });
  };
  const cache = [{ ID: 'a', Size: 2_500_000, InUse: false }];
  engine.fake.answer('GET /system/df', { BuildCache: cache });
  await page.goto(`${app.url}#/build`);
  await page.getByText('No builds yet.').waitFor();
  await inBothSchemes('build-form');
  await page.getByRole('textbox', { name: 'Folder' }).fill(directory);
  await page.getByRole('textbox', { name: 'Tag' }).fill('shop/app:1');
  await page.getByRole('button', { name: 'Build', exact: true }).click();
  await page.getByText('Dockerfile, line 3').waitFor();
  await page.getByText('error: expected ;').waitFor();
  // The step says it, and the corner of the window.
  await expect.poll(() => page.getByText('The command returned code 2').count()).toBe(2);
  await inBothSchemes('build-failed');
  await page.getByRole('button', { name: /FROM .*busybox/ }).click();
  await page.getByText('Cached from an earlier build.').waitFor();

  await page.getByRole('button', { name: /load build definition/ }).click();
  await page.getByText(casing).waitFor();
  fails = false;
  await page.getByRole('button', { name: 'Build again' }).click();
  await page.getByRole('button', { name: 'Run', exact: true }).waitFor();
  await page.getByRole('button', { name: /RUN make/ }).click();
  await page.getByText('Not cached: this step failed in the last build.').waitFor();
  await inBothSchemes('build-done');
  await pageLink(page, 'Build').click();
  await page.getByRole('row', { name: /shop\/app:1 Built/ }).waitFor();
  await page.getByRole('row', { name: /shop\/app:1 Failed/ }).waitFor();
  await inBothSchemes('build-history');
  await page.getByRole('button', { name: 'Clear cache…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Clear cache' }).waitFor();
});
