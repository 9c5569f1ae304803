import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerPage } from './page-protocol.ts';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-page-'));
  await mkdir(join(directory, 'renderer', 'assets'), { recursive: true });
  await writeFile(join(directory, 'renderer', 'index.html'), '<title>Berth</title>');
  await writeFile(join(directory, 'renderer', 'assets', 'main.js'), 'export {};');
  await writeFile(join(directory, 'renderer', 'assets', 'text.woff2'), 'a font');
  await writeFile(join(directory, 'secret.html'), 'a secret');
});

afterAll(() => rm(directory, { recursive: true }));

const answer = (address: string) => answerPage(join(directory, 'renderer'), address);

describe('answerPage', () => {
  it('serves the page with a policy that allows nothing remote', async () => {
    const response = await answer('app://berth/');
    expect(await response.text()).toBe('<title>Berth</title>');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = response.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
  });

  it('serves its scripts as scripts, and its fonts as fonts', async () => {
    const script = await answer('app://berth/assets/main.js');
    expect(script.headers.get('content-type')).toContain('text/javascript');
    const font = await answer('app://berth/assets/text.woff2');
    expect(font.headers.get('content-type')).toBe('font/woff2');
  });

  it.each([
    'app://berth/../secret.html',
    'app://berth/..%2fsecret.html',
    'app://berth/%2e%2e%2fsecret.html',
    'app://berth/assets/..%2f..%2fsecret.html',
    'app://elsewhere/index.html',
    'app://berth/missing.html',
    'app://berth/assets',
    'app://berth/%',
  ])('serves nothing else: %s', async (address) => {
    const response = await answer(address);
    expect(response.status).toBe(404);
    expect(await response.text()).not.toContain('secret');
  });
});
