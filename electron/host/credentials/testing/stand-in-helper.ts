import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { vi } from 'vitest';
import { writeProgram } from '../../base/testing/stand-in-program.ts';

/** A credential helper that keeps what it is given in a file, as a real program. */
const script = `
const { readFileSync, writeFileSync } = require('node:fs');
const file = __filename + '.json';
const all = JSON.parse(readFileSync(file, 'utf8'));
const input = readFileSync(0, 'utf8');
const fail = (text) => { process.stdout.write(text + '\\n'); process.exit(1); };
const missing = () => fail('credentials not found in native keychain');
switch (process.argv[2]) {
  case 'get':
    if (input === 'locked.example') fail('the keychain is locked');
    if (!all[input]) missing();
    process.stdout.write(JSON.stringify(all[input]));
    break;
  case 'store':
    all[JSON.parse(input).ServerURL] = JSON.parse(input);
    break;
  case 'erase':
    if (!all[input]) missing();
    delete all[input];
    break;
  case 'list':
    process.stdout.write(JSON.stringify(
      Object.fromEntries(Object.values(all).map((each) => [each.ServerURL, each.Username]))));
}
if (['store', 'erase'].includes(process.argv[2])) writeFileSync(file, JSON.stringify(all));
`;

export interface StandInHelper {
  /** The documents that it was given, by address. */
  kept(): Promise<Record<string, { ServerURL: string; Username: string; Secret: string }>>;
}

/** Puts `docker-credential-NAME` into a directory in front of the path, until stubs are undone. */
export async function installHelper(directory: string, name: string): Promise<StandInHelper> {
  const folder = join(directory, 'bin');
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${name}.cjs`);
  await writeFile(path, script);
  await writeFile(`${path}.json`, '{}');
  await writeProgram(folder, `docker-credential-${name}`, { runs: [path] });
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH}`);
  return { kept: async () => JSON.parse(await readFile(`${path}.json`, 'utf8')) };
}
