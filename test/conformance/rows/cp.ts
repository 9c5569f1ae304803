import { group } from '../row.ts';

/**
 * When the answer comes, the client may still be packing or not, so its message depends on chance.
 */
const withoutRace = (command: string) =>
  `${command} 2>said; code=$?; grep -v "closed pipe" said >&2; exit $code`;

/** `docker cp`. */
export const cp = group('cp', [
  'docker run -d --name fan fancy >/dev/null; docker wait fan; docker cp fan:/www/index.html .; cat index.html',
  'docker cp fan:/www . ; ls www',
  'docker cp fan:/www/. out; ls out',
  'docker cp fan:/www/index.html - | tar -tv | cut -c1-20',
  'docker cp fan:/nosuch .',
  'docker cp fan:/www/index.html nosuch/dir/',
  'docker cp nosuch:/x .',
  'echo new >new; docker cp new fan:/www/; docker cp fan:/www/new back; cat back',
  'docker cp new fan:/www/other; docker cp fan:/www/other - | tar -xO',
  'docker cp nosuch fan:/www',
  withoutRace('docker cp new fan:/nosuch/dir/'),
  withoutRace('docker cp new fan:/nosuch/dir/file'),
  withoutRace('docker cp new fan:/www/index.html/'),
  'mkdir -p tree/a; echo 1 >tree/a/b; docker cp tree fan:/tmp; docker cp fan:/tmp/tree/a/b - | tar -xO',
  'docker cp tree/. fan:/tmp/flat; docker cp fan:/tmp/flat/a/b - | tar -xO',
  withoutRace('docker cp tree fan:/www/index.html'),
  'tar -c -C tree a | docker cp - fan:/tmp; docker cp fan:/tmp/a/b - | tar -xO',
  'echo none | docker cp - fan:/tmp',
  'docker cp -a new fan:/tmp/owned; docker cp fan:/tmp/owned - | tar -tv --numeric-owner | cut -c1-20',
  'docker run -d --name live box sleep 1000 >/dev/null; docker cp new live:/tmp/; docker exec live cat /tmp/new; docker exec live sh -c "ln -s /etc/passwd /tmp/link"; docker cp live:/tmp/link .; readlink link; docker cp -L live:/tmp/link followed; head -1 followed',
]);
