import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { targetNamed } from '../package/targets.ts';
import { homebrewArchives } from './homebrew.ts';
import { completePins, type Pins, pinsSchema, readPins } from './pins.ts';

it('each recorded archive has a digest, a license and the address of its source', async () => {
  const pins = await readPins();
  expect(Object.keys(pins).sort()).toEqual(['darwin-arm64', 'darwin-x64', 'win32-x64']);
  for (const { hypervisor, archives } of Object.values(pins)) {
    if (archives.length > 0) expect(archives.map(({ name }) => name)).toContain(hypervisor);
  }
});

it('a target without digests can’t be built, and the error says what to do', () => {
  const pins: Pins = { 'darwin-arm64': { hypervisor: 'vfkit', formulae: ['vfkit'], archives: [] } };
  expect(() => completePins(pins, targetNamed('darwin-arm64'))).toThrow(
    /no digests for darwin-arm64 yet.*--update-pins/s,
  );
  expect(completePins(pins, targetNamed('linux-x64'))).toBeUndefined();
});

it('each archive needs a whole digest', () => {
  const archive = {
    ...{ name: 'a', version: '1', url: 'https://a.test/a.tar', license: 'MIT', source: 's' },
    recordedFrom: 'r',
  };
  const valid = (digest?: string) =>
    pinsSchema.safeParse({
      'win32-x64': { hypervisor: 'qemu', formulae: [], archives: [{ ...archive, digest }] },
    }).success;
  expect(valid(`sha256:${'0'.repeat(64)}`)).toBe(true);
  expect([valid(), valid(''), valid('sha256:'), valid('md5:0')]).toEqual(Array(4).fill(false));
});

it('records formulae of Homebrew with all that they need', async () => {
  const formula = (name: string, dependencies: string[]) => ({
    ...{ name, dependencies, versions: { stable: '1.2' }, license: 'MIT' },
    urls: { stable: { url: `https://${name}.test/source.tar` } },
    bottle: {
      stable: {
        files: {
          sonoma: { url: `https://ghcr.io/${name}-x64`, sha256: 'a'.repeat(64) },
          arm64_sonoma: { url: `https://ghcr.io/${name}-arm64`, sha256: 'b'.repeat(64) },
        },
      },
    },
  });
  const formulae = [
    formula('qemu', ['glib', 'zstd']),
    formula('glib', ['zstd']),
    formula('zstd', []),
  ];
  const server = createServer((request, response) => {
    const found = formulae.find(({ name }) => request.url === `/api/formula/${name}.json`);
    response.writeHead(found ? 200 : 404).end(JSON.stringify(found));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const archives = await homebrewArchives(['qemu'], 'x64', site);
  expect(archives.map(({ name }) => name)).toEqual(['glib', 'qemu', 'zstd']);
  expect(archives[1]).toEqual({
    ...{ name: 'qemu', version: '1.2', url: 'https://ghcr.io/qemu-x64', license: 'MIT' },
    ...{ digest: `sha256:${'a'.repeat(64)}`, source: 'https://qemu.test/source.tar' },
    recordedFrom: `${site}/api/formula/qemu.json`,
  });
  const [arm] = await homebrewArchives(['zstd'], 'arm64', site);
  expect(arm?.url).toBe('https://ghcr.io/zstd-arm64');
  await expect(homebrewArchives(['none'], 'x64', site)).rejects.toThrow('answers 404');
});
