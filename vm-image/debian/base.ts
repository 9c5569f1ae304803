import { cp, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as z from 'zod';
import type { Arch } from '../arch.ts';
import { keepEmulators } from '../emulators.ts';
import { selectModules, takeModule } from '../kernel/select-modules.ts';
import { readList } from '../list-file.ts';
import { runProgram } from '../run-program.ts';
import { findMirrors } from './mirror.ts';

const here = import.meta.dirname;
const suite = 'trixie';
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** All inputs of `makeBase` except the archive itself. */
export const baseInputs = { texts: [suite], paths: [here, join(here, '..', 'kernel')] };

export const debianPackageSchema = z.object({
  name: z.string(),
  version: z.string(),
  arch: z.string(),
});
export type DebianPackage = z.infer<typeof debianPackageSchema>;

/** Paths in a directory that `makeBase` filled. */
export function basePaths(directory: string) {
  return {
    /** Root tree of Debian's packages, trimmed, with only the selected kernel modules. */
    root: join(directory, 'root'),
    kernel: join(directory, 'vmlinuz'),
    /** systemd's program for UEFI that starts the kernel behind it. */
    efiStub: join(directory, 'linux.efi.stub'),
    packages: join(directory, 'packages.json'),
    /** A driver that isn't in the guest: a test uses QEMU's SCSI controller instead of Hyper-V's. */
    testDriver: join(directory, 'virtio_scsi.ko'),
  };
}

/**
 * Unpacks Debian's packages for the architecture. It doesn't run any of their programs, because the
 * build host may have another architecture.
 */
export async function makeBase(arch: Arch, directory: string): Promise<void> {
  const paths = basePaths(directory);
  const tar = join(directory, 'packages.tar');
  await downloadPackages(arch, directory, tar);
  const trimmed = await readList(join(here, 'trimmed.txt'));
  const unpacked = join(directory, 'unpacked');
  await mkdir(unpacked);
  await runProgram('tar', [
    ...['-x', '-f', tar, '-C', unpacked, '--no-same-owner', '--wildcards', '--anchored'],
    ...trimmed.map((pattern) => `--exclude=${pattern}`),
  ]);
  await rm(tar);
  await writeFile(paths.packages, JSON.stringify(await takePackageList(unpacked), null, 2));
  await dropDocumentation(join(unpacked, 'usr/share/doc'));
  await takeKernel(join(unpacked, 'boot'), paths.kernel);
  await takeEfiStub(join(unpacked, 'usr/lib/systemd'), arch, paths.efiStub);
  await bundleCertificates(unpacked);
  await keepEmulators(unpacked, [arch.emulated]);
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    await mkdir(join(unpacked, 'usr', name), { recursive: true });
    await symlink(`usr/${name}`, join(unpacked, name));
  }
  await takeModule(join(unpacked, 'usr/lib/modules'), paths.testDriver);
  await selectModules(
    join(unpacked, 'usr/lib/modules'),
    join(here, '../kernel/modules.txt'),
    arch.debian,
  );
  await rename(unpacked, paths.root);
}

async function downloadPackages(arch: Arch, directory: string, tar: string): Promise<void> {
  const mirrors = await findMirrors(process.env);
  const packages = await readList(join(here, 'packages.txt'));
  const source = (uri: string, codename: string) =>
    `deb [signed-by=${keyring}] ${uri} ${codename} main`;
  const status = join(directory, 'dpkg-status');
  await writeFile(status, assumedStatus(await readList(join(here, 'assumed.txt'))));
  await runProgram('mmdebstrap', [
    '--variant=extract',
    `--architectures=${arch.debian}`,
    '--aptopt=APT::Install-Recommends "false"',
    `--include=${packages.map((name) => name.replace('ARCH', arch.debian)).join(',')}`,
    `--setup-hook=upload ${JSON.stringify(status)} /var/lib/dpkg/status`,
    `--extract-hook=${join(here, 'after-extract.sh')}`,
    suite,
    tar,
    source(mirrors.main, suite),
    ...(mirrors.security ? [source(mirrors.security, `${suite}-security`)] : []),
  ]);
  await rm(status);
}

/** dpkg's records of packages that count as installed, in a version that satisfies all others. */
function assumedStatus(names: readonly string[]): string {
  return names
    .map((name) =>
      [
        `Package: ${name}`,
        'Status: install ok installed',
        'Version: 9999',
        'Architecture: all',
        'Multi-Arch: foreign',
        'Maintainer: none',
        'Description: not in the guest\n\n',
      ].join('\n'),
    )
    .join('');
}

async function takePackageList(root: string): Promise<DebianPackage[]> {
  const file = join(root, 'packages.tsv');
  const text = await readFile(file, 'utf8');
  await rm(file);
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [name, version, arch] = line.split('\t');
      return debianPackageSchema.parse({ name, version, arch });
    });
}

/** Keeps the copyright files, because the licenses require us to distribute them. */
async function dropDocumentation(directory: string): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
    if (!entry.isDirectory() && entry.name !== 'copyright') {
      await rm(join(entry.parentPath, entry.name));
    }
  }
}

async function takeKernel(boot: string, kernel: string): Promise<void> {
  const [name] = (await readdir(boot)).filter((file) => file.startsWith('vmlinuz-'));
  if (!name) throw new Error(`the kernel package does not contain ${basename(kernel)}`);
  await cp(join(boot, name), kernel);
  await rm(boot, { recursive: true });
}

async function takeEfiStub(systemd: string, arch: Arch, stub: string): Promise<void> {
  await cp(join(systemd, 'boot/efi', `linux${arch.efi}.efi.stub`), stub);
  await rm(systemd, { recursive: true });
}

/** Writes all certificate authorities into one file, as the package's own script does. */
async function bundleCertificates(root: string): Promise<void> {
  const source = join(root, 'usr/share/ca-certificates/mozilla');
  const names = (await readdir(source)).filter((name) => name.endsWith('.crt')).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(source, name), 'utf8')));
  await mkdir(join(root, 'etc/ssl/certs'), { recursive: true });
  await writeFile(join(root, 'etc/ssl/certs/ca-certificates.crt'), texts.join(''));
  await rm(source, { recursive: true });
}
