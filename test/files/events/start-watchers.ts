import { join, resolve } from 'node:path';
import { relative } from 'node:path/posix';
import {
  debianPackages,
  debianProgram,
} from '../../../guest-agent/store/testing/debian-program.ts';
import { programs } from '../image/program-paths.ts';
import { Watcher } from './watcher.ts';

/** Prints `EVENT path` or `moved path path`, with paths of the mount. */
const WATCHDOG = `
import sys
from watchdog.events import FileSystemEventHandler
from watchdog.observers import Observer
class Printer(FileSystemEventHandler):
    def on_any_event(self, event):
        if event.event_type in ('opened', 'closed_no_write'): return
        paths = [event.src_path, event.dest_path] if event.event_type == 'moved' else [event.src_path]
        print('\\t'.join([event.event_type, *paths]), flush=True)
observer = Observer()
observer.schedule(Printer(), sys.argv[1], recursive=True)
observer.start()
print('ready', flush=True)
observer.join()
`;

const INOTIFY = ['modify', 'attrib', 'close_write', 'move', 'create', 'delete'];

/**
 * Starts all watchers at `mount`. With `within`, a command line such as `berth exec NAME`, they run in a
 * container of the image of these programs.
 */
export async function startWatchers(
  mount: string,
  within: readonly string[] | undefined,
): Promise<Watcher[]> {
  const root = within ? mount : resolve(mount);
  const shown = (path: string) => relative(root, path) || '.';
  const events = INOTIFY.flatMap((event) => ['-e', event]);
  const inotifywait = within
    ? [...within, '/usr/bin/inotifywait']
    : [await debianProgram('inotify-tools', '/usr/bin/inotifywait')];
  const files = within
    ? [...within, programs.node, programs.files]
    : [process.execPath, join(import.meta.dirname, '../main.ts')];
  const python = [...(within ?? []), '/usr/bin/python3', '-u', '-c', WATCHDOG];
  const packages = within
    ? undefined
    : await debianPackages('watchdog', ['python3-watchdog'], 'trixie');
  const pythonPath =
    packages === undefined ? {} : { PYTHONPATH: join(packages, 'usr/lib/python3/dist-packages') };
  return Promise.all([
    Watcher.start(
      'inotify',
      [...inotifywait, '-m', '-r', ...events, '--format', '%c\t%e\t%w%f', root],
      {},
      (line) => {
        const [cookie = '', event = '', path = ''] = line.split('\t');
        if (path === '') return undefined;
        const name = event.replace('CLOSE_WRITE,CLOSE', 'CLOSE_WRITE');
        return { event: `${name} ${shown(path)}`, ...(cookie === '0' ? {} : { cookie }) };
      },
    ),
    Watcher.start('chokidar', [...files, 'watch', '--directory', root], {}, (line) => {
      const [event, path] = line.split('\t');
      return path === undefined ? undefined : { event: `${event} ${shown(path)}` };
    }),
    Watcher.start('watchdog', [...python, root], pythonPath, (line) => {
      const [event, ...paths] = line.split('\t');
      if (paths.length === 0) return undefined;
      return { event: [event, ...paths.map(shown)].join(' ') };
    }),
  ]);
}
