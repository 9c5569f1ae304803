import { group } from '../row.ts';

/** `docker cp`. */
export const cp = group('cp', [
  'docker run -d --name f fancy >/dev/null; docker wait f; docker cp f:/www/index.html .; cat index.html',
  'docker cp f:/www . ; ls www',
  'docker cp f:/www/. out; ls out',
  'docker cp f:/www/index.html - | tar -tv | cut -c1-20',
  'docker cp f:/nosuch .',
  'docker cp f:/www/index.html nosuch/dir/',
  'docker cp nosuch:/x .',
  'echo new >new; docker cp new f:/www/; docker cp f:/www/new back; cat back',
  'docker cp new f:/www/other; docker cp f:/www/other - | tar -xO',
  'docker cp nosuch f:/www',
  'docker cp new f:/nosuch/dir/',
  'docker cp new f:/nosuch/dir/file',
  'docker cp new f:/www/index.html/',
  'mkdir -p tree/a; echo 1 >tree/a/b; docker cp tree f:/tmp; docker cp f:/tmp/tree/a/b - | tar -xO',
  'docker cp tree/. f:/tmp/flat; docker cp f:/tmp/flat/a/b - | tar -xO',
  'docker cp tree f:/www/index.html',
  'tar -c -C tree a | docker cp - f:/tmp; docker cp f:/tmp/a/b - | tar -xO',
  'echo none | docker cp - f:/tmp',
  'docker cp -a new f:/tmp/owned; docker cp f:/tmp/owned - | tar -tv --numeric-owner | cut -c1-20',
  'docker run -d --name g box sleep 1000 >/dev/null; docker cp new g:/tmp/; docker exec g cat /tmp/new; docker exec g sh -c "ln -s /etc/passwd /tmp/link"; docker cp g:/tmp/link .; readlink link; docker cp -L g:/tmp/link followed; head -1 followed',
]);
