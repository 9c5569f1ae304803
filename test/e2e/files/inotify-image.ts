import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { debianFile } from '../../../guest-agent/store/testing/debian-program.ts';
import { temporaryDirectory } from '../../../guest-agent/store/testing/temporary-directory.ts';
import { output } from '../berth.ts';

/** An image with Debian's inotifywait, and the beginning of a command line that runs it. */
export async function inotifyImage(): Promise<{ image: string; command: string[] }> {
  const root = await debianFile('inotify-tools', '', process.arch === 'arm64' ? 'arm64' : 'amd64');
  const [triplet = ''] = (await readdir(join(root, 'usr/lib'))).filter((name) =>
    name.endsWith('-linux-gnu'),
  );
  const libraries = `usr/lib/${triplet}`;
  const [loader = ''] = (await readdir(join(root, libraries))).filter((name) =>
    /^ld-linux.*\.so/.test(name),
  );
  await using directory = await temporaryDirectory();
  const tar = join(directory.path, 'image.tar');
  await promisify(execFile)('tar', ['-C', root, '-cf', tar, 'usr/bin/inotifywait', libraries]);
  await output('import', tar, 'test/inotify:1');
  return {
    image: 'test/inotify:1',
    command: [
      ...[`/${libraries}/${loader}`, '--library-path', `/${libraries}`, '/usr/bin/inotifywait'],
    ],
  };
}
