import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { shippedPackages } from './shipped-packages.ts';

const repository = join(import.meta.dirname, '../..');

/**
 * Writes the licenses of Berth, of Node and of the npm packages in the app into `directory`, which the
 * function replaces. `node` is a folder of a Node package with Node's license. Electron's licenses
 * come with Electron, QEMU's with QEMU. Those of the VM's packages are in its image.
 */
export async function writeLicenses(directory: string, node: string): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  const copy = async (from: string, name: string) =>
    await writeFile(join(directory, name), await readFile(from, 'utf8'));
  await copy(join(repository, 'LICENSE'), 'berth.txt');
  await copy(join(node, 'LICENSE'), 'node.txt');
  await writeFile(join(directory, 'npm-packages.txt'), await npmLicenses());
  await writeFile(join(directory, 'README.txt'), overview);
}

const overview = `Licenses of the software in this app

berth.txt         Berth
node.txt          Node.js, for the command line and in the VM
npm-packages.txt  npm packages in the app

Electron and Chromium: LICENSE.electron.txt and LICENSES.chromium.html of the app.
QEMU or vfkit, if the app includes them: the files in qemu/licenses and vfkit/licenses.
Linux and the other Debian packages in the VM: /usr/share/doc/*/copyright in the VM. To read one, run
\`berth machine ssh cat /usr/share/doc/crun/copyright\`. vm/*/manifest.json lists the packages and their
versions. Debian keeps the source of each at https://snapshot.debian.org.
`;

async function npmLicenses(): Promise<string> {
  const parts: string[] = [];
  for (const { name, version, license, directory } of await shippedPackages()) {
    const text = await licenseText(join(repository, directory));
    parts.push(`${name} ${version}\n${license ?? 'see below'}\n\n${text ?? ''}`.trimEnd());
  }
  return `${parts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

/** Some packages name their license in package.json only. */
async function licenseText(directory: string): Promise<string | undefined> {
  if (!existsSync(directory)) return undefined;
  const names = await readdir(directory);
  const name = names.find((each) => /^licen[cs]e(\.(md|txt))?$/i.test(each));
  return name && (await readFile(join(directory, name), 'utf8'));
}
