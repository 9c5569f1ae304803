import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import type { ContextFile } from '../random-build.ts';

const file = (path: string, content: string | Buffer, mode = 0o644): ContextFile => ({
  ...{ type: 'file', path, content, mode },
});

const archive = await tarOf('packed/inside.txt', 'from an archive\n');

/** All files that a context can have, with names that patterns and instructions know. */
export function contextFiles(): ContextFile[] {
  return [
    file('a.txt', 'a\n'),
    file('b.txt', 'b\n'),
    file('c.md', '# c\n'),
    file('sp ace.txt', 'space\n'),
    file('ü.txt', 'umlaut\n'),
    file('[x].txt', 'brackets\n'),
    file('.hidden', 'hidden\n'),
    file('empty.txt', ''),
    file('large.bin', 'large\n'.repeat(50_000)),
    file('run.sh', '#!/bin/sh\necho run\n', 0o755),
    file('secret', 'secret\n', 0o600),
    file('setuid', 'setuid\n', 0o4755),
    { type: 'directory', path: 'dir', mode: 0o755 },
    file('dir/one.txt', '1\n'),
    file('dir/two.md', '2\n'),
    file('dir/.dot', 'dot\n'),
    { type: 'directory', path: 'dir/sub', mode: 0o750 },
    file('dir/sub/three.txt', '3\n', 0o640),
    { type: 'directory', path: 'dir/sub/deep', mode: 0o755 },
    file('dir/sub/deep/four', '4\n'),
    { type: 'directory', path: 'bare', mode: 0o755 },
    { type: 'directory', path: 'sticky', mode: 0o1777 },
    file('sticky/note', 'note\n'),
    { type: 'symlink', path: 'link', target: 'a.txt' },
    { type: 'symlink', path: 'dirlink', target: 'dir' },
    { type: 'symlink', path: 'dangling', target: 'nosuch' },
    { type: 'symlink', path: 'dir/up', target: '../b.txt' },
    { type: 'symlink', path: 'absolute', target: '/etc/passwd' },
    { type: 'hard link', path: 'hard', target: 'b.txt' },
    file('archive.tar', archive),
    file('archive.tar.gz', gzipSync(archive)),
    file('broken.tar.gz', gzipSync(archive).subarray(0, 60)),
  ];
}

/** An archive with one file. */
async function tarOf(name: string, content: string): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name, mode: 0o640, uid: 12, gid: 34, mtime: new Date('2018-01-02') }, content);
  tar.finalize();
  return await buffer(tar);
}
