import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { targetNamed } from '../package/targets.ts';
import { checksumProblems, writeChecksums } from './checksums.ts';
import { collectRelease } from './collect.ts';
import { isInstaller } from './release-files.ts';
import { sbomOf } from './sbom.ts';
import { signingNotices } from './signing.ts';

/**
 * The steps of a release, which the release workflow calls:
 *
 * `node build/release/main.ts signing --target NAME`: says whether the package can be signed.
 * `… describe --target NAME DIRECTORY`: writes an SBOM beside each installer.
 * `… collect DIRECTORY OUTPUT`: joins the folders of all targets, and writes SHA256SUMS.
 * `… check DIRECTORY`: compares a folder with its SHA256SUMS.
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { target: { type: 'string', default: `${process.platform}-${process.arch}` } },
});
const [verb, directory = '', output = ''] = positionals;

const verbs: Readonly<Record<string, () => Promise<void>>> = { signing, describe, collect, check };
const work = verbs[verb ?? ''];
if (!work) throw new Error(`Choose from: ${Object.keys(verbs).join(', ')}`);
await work();

async function signing(): Promise<void> {
  for (const notice of signingNotices(targetNamed(values.target), process.env)) {
    // GitHub shows such lines at the top of the run.
    console.log(`::notice::${notice}`);
  }
}

async function describe(): Promise<void> {
  const sbom = `${JSON.stringify(await sbomOf(targetNamed(values.target)), null, 2)}\n`;
  const installers = (await readdir(directory)).filter(isInstaller);
  if (installers.length === 0) throw new Error(`${directory} has no installers`);
  for (const name of installers) {
    await writeFile(join(directory, `${name}.cdx.json`), sbom);
    console.log(`release: ${name}.cdx.json`);
  }
}

async function collect(): Promise<void> {
  await rm(output, { recursive: true, force: true });
  await mkdir(output, { recursive: true });
  for (const file of await collectRelease(directory)) {
    if (typeof file.content === 'string') await writeFile(join(output, file.name), file.content);
    else await copyFile(file.content.path, join(output, file.name));
  }
  console.log(await writeChecksums(output));
}

async function check(): Promise<void> {
  const problems = await checksumProblems(directory);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const lines = (await readFile(join(directory, 'SHA256SUMS'), 'utf8')).trim().split('\n');
  console.log(`release: ${lines.length} files are as listed`);
}
