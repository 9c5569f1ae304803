import { access, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { findMirrors } from '../../../vm-image/debian/mirror.ts';
import { runProgram } from '../../../vm-image/run-program.ts';

const CACHE = resolve(import.meta.dirname, '../../../dist/test-tools');

/** The newest `kubectl` in Debian, downloaded on first use. */
export async function kubectlProgram(): Promise<string> {
  const root = join(CACHE, 'kubectl');
  const program = join(root, 'usr/bin/kubectl');
  const cached = await access(program).then(
    () => true,
    () => false,
  );
  if (cached) return program;
  await mkdir(CACHE, { recursive: true });
  const partial = await mkdtemp(join(CACHE, 'partial-'));
  try {
    const { main } = await findMirrors(process.env);
    const sources = join(partial, 'sources.list');
    await writeFile(sources, `deb ${main} sid main\n`);
    await mkdir(join(partial, 'lists/partial'), { recursive: true });
    const options = [
      `Dir::Etc::SourceList=${sources}`,
      'Dir::Etc::SourceParts=-',
      `Dir::State::Lists=${join(partial, 'lists')}`,
      `Dir::Cache=${partial}`,
      // A mirror may have an older state of the archive.
      'Acquire::Check-Valid-Until=false',
    ].flatMap((option) => ['-o', option]);
    await runProgram('apt-get', [...options, 'update']);
    const download = ['sh', '-c', 'cd "$0" && exec apt-get "$@" download kubectl', partial];
    await runProgram('env', [...download, ...options]);
    const [file] = (await readdir(partial)).filter((name) => name.endsWith('.deb'));
    await runProgram('dpkg-deb', ['-x', join(partial, file ?? ''), join(partial, 'root')]);
    await rename(join(partial, 'root'), root);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return program;
}
