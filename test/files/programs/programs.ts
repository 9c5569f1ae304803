/** A program that works in a folder, as a shell script. */
export interface Program {
  /** What the script calls. Without them, the check is skipped. */
  readonly needs: readonly string[];
  /** Runs in a new folder. Fails if the program lost or damaged something. */
  readonly script: string;
}

/** Programs that ask more of a file system than most. */
export const folderPrograms: Readonly<Record<string, Program>> = {
  'SQLite with a rollback journal': {
    needs: ['sqlite3'],
    script: `
      sqlite3 a.db 'PRAGMA journal_mode=DELETE; CREATE TABLE t(id INTEGER PRIMARY KEY, text);' > journal
      grep -q delete journal
      for round in 1 2 3 4 5 6 7 8 9 10; do
        sqlite3 a.db "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<500)
          INSERT INTO t(text) SELECT hex(randomblob(100)) FROM n; DELETE FROM t WHERE id % 7 = 0;"
      done
      sqlite3 a.db 'VACUUM'
      test "$(sqlite3 a.db 'PRAGMA integrity_check')" = ok`,
  },
  'SQLite with a write-ahead log, and two writers': {
    needs: ['sqlite3'],
    script: `
      sqlite3 a.db 'PRAGMA journal_mode=WAL; CREATE TABLE t(writer, number);' > journal
      grep -q wal journal
      write() {
        for number in $(seq 100); do echo "INSERT INTO t VALUES('$1', $number);"; done |
          sqlite3 -cmd '.timeout 20000' a.db
      }
      write one & first=$!
      write two
      wait $first
      test "$(sqlite3 a.db 'SELECT count(*) FROM t')" = 200
      test "$(sqlite3 a.db 'PRAGMA integrity_check')" = ok`,
  },
  'git: commits, branches, gc and clones': {
    needs: ['git'],
    script: `
      export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@localhost GIT_CONFIG_GLOBAL="$PWD/config"
      export GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@localhost
      git config --global safe.directory '*'; git config --global init.defaultBranch main
      git init --quiet repository; cd repository
      for round in $(seq 20); do
        mkdir -p "folder-$round"
        for file in $(seq 20); do echo "$round $file" > "folder-$round/$file"; done
        git add .; git commit --quiet -m "round $round"
      done
      git checkout --quiet -b other HEAD~10; git mv folder-1 moved; git commit --quiet -m moved
      git merge --quiet --no-edit main
      git gc --quiet --aggressive --prune=now
      git fsck --strict --full > ../fsck 2>&1
      test -z "$(git status --porcelain)"
      git clone --quiet . ../clone
      test "$(git -C ../clone rev-parse HEAD)" = "$(git rev-parse HEAD)"
      test -e ../clone/moved/20`,
  },
  'PostgreSQL’s data directory': {
    needs: ['initdb', 'pg_ctl', 'psql', 'setpriv'],
    script: `
      mkdir data run; chown 65534:65534 data run; chmod 700 data
      as() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
      as initdb --pgdata data --username test --auth trust > initdb.log
      start() {
        as pg_ctl --pgdata data --wait --log run/log -o "-k $PWD/run -c listen_addresses=" start > /dev/null
      }
      query() { psql --host "$PWD/run" --username test --no-psqlrc -At -c "$1" postgres; }
      start
      query 'CREATE TABLE t AS SELECT i, md5(i::text) FROM generate_series(1, 20000) AS i' > /dev/null
      query 'CREATE INDEX ON t(md5)' > /dev/null
      as pg_ctl --pgdata data --mode immediate stop > /dev/null
      start
      test "$(query 'SELECT count(*) FROM t')" = 20000
      query 'VACUUM FULL t' > /dev/null
      as pg_ctl --pgdata data --wait --mode fast stop > /dev/null`,
  },
  'npm install from a folder': {
    needs: ['npm'],
    script: `
      mkdir -p package/lib project
      echo '{"name":"local","version":"1.0.0","main":"lib/main.js","bin":{"local":"lib/main.js"}}' > package/package.json
      printf '#!/usr/bin/env node\\nconsole.log("installed")\\n' > package/lib/main.js
      (cd package && npm pack --silent --cache ../cache > /dev/null)
      cd project; echo '{"name":"project","version":"1.0.0"}' > package.json
      npm install --silent --offline --no-audit --no-fund --cache ../cache ../package/local-1.0.0.tgz
      test "$(node node_modules/.bin/local)" = installed
      npm ci --silent --offline --no-audit --no-fund --cache ../cache
      test "$(node node_modules/.bin/local)" = installed`,
  },
  'pip install from a folder': {
    needs: ['/usr/bin/python3', '/usr/bin/pip3'],
    script: `
      mkdir -p wheel/local wheel/local-1.0.dist-info
      echo 'print("installed")' > wheel/local/__main__.py; touch wheel/local/__init__.py
      printf 'Metadata-Version: 2.1\\nName: local\\nVersion: 1.0\\n' > wheel/local-1.0.dist-info/METADATA
      printf 'Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n' > wheel/local-1.0.dist-info/WHEEL
      printf 'local/__main__.py,,\\nlocal/__init__.py,,\\nlocal-1.0.dist-info/METADATA,,\\nlocal-1.0.dist-info/WHEEL,,\\nlocal-1.0.dist-info/RECORD,,\\n' > wheel/local-1.0.dist-info/RECORD
      (cd wheel && /usr/bin/python3 -m zipfile -c ../local-1.0-py3-none-any.whl local local-1.0.dist-info)
      /usr/bin/pip3 install --quiet --no-index --target packages ./local-1.0-py3-none-any.whl
      test "$(PYTHONPATH=packages /usr/bin/python3 -m local)" = installed`,
  },
  'a C project, built twice': {
    needs: ['gcc', 'make'],
    script: `
      for n in $(seq 20); do echo "int f$n(void) { return $n; }" > "f$n.c"; done
      echo 'int f7(void); int main(void) { return f7(); }' > main.c
      printf 'program: $(patsubst %%.c,%%.o,$(wildcard *.c)); gcc -o $@ $^\\n' > Makefile
      make --silent -j4; ! ./program
      make > second; grep -q 'up to date' second
      echo 'int f7(void) { return 0; }' > f7.c; make --silent; ./program`,
  },
  'tar and rsync-like copies keep times and modes': {
    needs: ['tar', 'cp', 'find'],
    script: `
      mkdir -p from/deep; echo text > from/deep/file; chmod 640 from/deep/file; ln -s file from/deep/link
      touch -d '2020-01-02 03:04:05.678901234 UTC' from/deep/file
      tar -C from -cf a.tar --format=posix .; mkdir unpacked; tar -C unpacked -xf a.tar; cp -a from copied
      for copy in unpacked copied; do
        test "$(stat -c '%a %.9Y' "$copy/deep/file")" = "$(stat -c '%a %.9Y' from/deep/file)"
        test "$(readlink "$copy/deep/link")" = file
      done
      test "$(stat -c %.9Y from/deep/file)" = 1577934245.678901234`,
  },
};
