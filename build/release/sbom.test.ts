import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../electron/host/base/testing/temporary-directory.ts';
import { targetNamed } from '../package/targets.ts';
import { sbomOf } from './sbom.ts';

const artefact = { size: 1, sha256: '0'.repeat(64) };

async function dist() {
  const directory = await temporaryDirectory();
  await mkdir(join(directory, 'vm/amd64'), { recursive: true });
  const manifest = {
    ...{ format: 1, arch: 'amd64', inputs: '', kernelVersion: '6.12.118+deb13-amd64' },
    artefacts: {
      ...{ kernel: artefact, initrd: artefact },
      ...{ 'root.erofs': artefact, 'esp.img': artefact },
    },
    debianPackages: [{ name: 'crun', version: '1:1.21-1+b2', arch: 'amd64' }],
    npmPackages: [{ name: 'koffi', version: '3.3.4' }],
  };
  await writeFile(join(directory, 'vm/amd64/manifest.json'), JSON.stringify(manifest));
  return directory;
}

it('lists the app, Electron, Node, the VM and the hypervisor', async () => {
  const directory = await dist();
  await mkdir(join(directory, 'hypervisors/win32-x64'), { recursive: true });
  const qemu = {
    ...{ name: 'qemu', version: '10.2.0', license: 'GPL-2.0-only' },
    ...{ url: 'https://example.test/qemu.tar', digest: `sha256:${'a'.repeat(64)}` },
  };
  await writeFile(
    join(directory, 'hypervisors/win32-x64/gathered.json'),
    JSON.stringify({ parts: [qemu] }),
  );
  const sources = { dist: directory, electronVersion: '45.4.1' };
  const sbom = await sbomOf(targetNamed('win32-x64'), sources);
  const of = (name: string) => sbom.components.find((each) => each.name === name);
  expect(sbom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6' });
  expect(sbom.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(of('zod')).toMatchObject({
    purl: expect.stringMatching(/^pkg:npm\/zod@4/),
    licenses: [{ expression: 'MIT' }],
    hashes: [{ alg: 'SHA-512', content: expect.stringMatching(/^[0-9a-f]{128}$/) }],
  });
  expect(of('@orpc/server')?.purl).toMatch(/^pkg:npm\/%40orpc\/server@/);
  expect(of('electron')?.purl).toBe('pkg:npm/electron@45.4.1');
  expect(of('node')?.hashes?.[0]?.content).toMatch(/^ba4e6d11/);
  expect(of('crun')?.purl).toBe('pkg:deb/debian/crun@1%3A1.21-1%2Bb2?arch=amd64');
  expect(of('koffi')?.version).toBe('3.3.4');
  expect(of('qemu')).toMatchObject({
    licenses: [{ expression: 'GPL-2.0-only' }],
    hashes: [{ alg: 'SHA-256', content: 'a'.repeat(64) }],
  });
  expect(of('vitest')).toBeUndefined();

  // Without a change, the document is the same; for another target, it isn't.
  expect(await sbomOf(targetNamed('win32-x64'), sources)).toEqual(sbom);
  const linux = await sbomOf(targetNamed('linux-x64'), sources);
  expect(linux.components.some(({ name }) => name === 'qemu')).toBe(false);
  expect(linux.serialNumber).not.toBe(sbom.serialNumber);
});

it('names each component once', async () => {
  const sbom = await sbomOf(targetNamed('linux-x64'), {
    ...{ dist: await dist(), electronVersion: '1.0.0' },
  });
  const references = sbom.components.map((each) => each['bom-ref']);
  expect(references).toEqual([...new Set(references)]);
});

it('says which file it can’t read', async () => {
  const directory = await dist();
  await expect(
    sbomOf(targetNamed('linux-arm64'), { dist: directory, electronVersion: '1.0.0' }),
  ).rejects.toThrow(/SBOM needs .*arm64.manifest\.json/);
});
