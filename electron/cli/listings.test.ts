import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type ScriptedEngine,
  startScriptedEngine,
} from '../host/engine/testing/scripted-engine.ts';
import { runWords } from './testing/run.ts';

let engine: ScriptedEngine;
beforeEach(async () => {
  engine = await startScriptedEngine();
});
afterEach(() => engine[Symbol.asyncDispose]());

const run = (line: string, surroundings = {}) => runWords(engine, line.split(' '), surroundings);
const output = async (line: string) => (await run(line)).stdout;
const now = () => Math.floor(Date.now() / 1000);
const lines = (...parts: string[]) => `${parts.join('\n')}\n`;

function threeContainers(): void {
  const container = (id: string, name: string, more: object) => ({
    Id: id.repeat(8),
    Names: [`/${name}`],
    Image: 'busybox',
    ImageID: `sha256:${'ab'.repeat(32)}`,
    Command: 'sh',
    Created: now() - 125,
    State: 'running',
    Status: 'Up 2 minutes',
    Ports: null,
    Labels: null,
    Mounts: null,
    ...more,
  });
  engine.json('GET /containers/json', [
    container('c0ffee00', 'web', {
      Command: '/docker-entrypoint.sh nginx -g "daemon off;"',
      Ports: [{ IP: '0.0.0.0', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' }],
      Labels: { tier: 'front' },
      SizeRw: 1230,
      SizeRootFs: 4_270_000,
    }),
    container('deadbeef', 'job', {
      Image: `sha256:${'ab'.repeat(32)}`,
      State: 'exited',
      Status: 'Exited (0) 5 seconds ago',
    }),
  ]);
}

test('ps prints the same table as Docker', async () => {
  threeContainers();
  expect(await output('ps --all')).toBe(
    lines(
      'CONTAINER ID   IMAGE          COMMAND                  CREATED         STATUS                     PORTS                  NAMES',
      'c0ffee00c0ff   busybox        "/docker-entrypoint.…"   2 minutes ago   Up 2 minutes               0.0.0.0:8080->80/tcp   web',
      'deadbeefdead   abababababab   "sh"                     2 minutes ago   Exited (0) 5 seconds ago                          job',
    ),
  );
  expect(engine.requests[0]?.query).toEqual({ all: 'true' });
});

test('ps with formats, filters and limits', async () => {
  threeContainers();
  expect(await output('ps -q')).toBe(lines('c0ffee00c0ff', 'deadbeefdead'));
  expect(await output('ps -q --no-trunc -n 2')).toContain('c0ffee00'.repeat(8));
  const format = '{{.Names}}={{.Label "tier"}}';
  expect((await runWords(engine, ['ps', '--format', format])).stdout).toBe(
    lines('web=front', 'job='),
  );
  expect(await output('ps --format table\\t{{.Names}}\\t{{.Size}}')).toBe(
    lines('NAMES     SIZE', 'web       1.23kB (virtual 4.27MB)', 'job       0B'),
  );
  const json = await output('ps --format json');
  expect(JSON.parse(json.split('\n')[0] ?? '')).toMatchObject({ ID: 'c0ffee00c0ff', Names: 'web' });
  await run('container ls -f status=exited -f status=created -f name=x -l');
  expect(engine.requests.slice(-3).map(({ query }) => query)).toEqual([
    { size: 'true' },
    {},
    { limit: '1', filters: '{"status":["exited","created"],"name":["x"]}' },
  ]);
});

test('images has one row per tag', async () => {
  engine.json('GET /images/json', [
    {
      Id: `sha256:${'ab'.repeat(32)}`,
      RepoTags: ['busybox:latest', 'localhost:5000/box:1'],
      RepoDigests: ['busybox@sha256:12'],
      Created: now() - 3700,
      Size: 4_270_000,
    },
    { Id: `sha256:${'cd'.repeat(32)}`, RepoTags: null, Created: now() - 61, Size: 999 },
  ]);
  expect(await output('images')).toBe(
    lines(
      'REPOSITORY           TAG       IMAGE ID       CREATED              SIZE',
      'busybox              latest    abababababab   About an hour ago    4.27MB',
      'localhost:5000/box   1         abababababab   About an hour ago    4.27MB',
      '<none>               <none>    cdcdcdcdcdcd   About a minute ago   999B',
    ),
  );
  expect(await output('image ls --format {{.Tag}}@{{.Digest}} busybox')).toBe(
    lines('latest@sha256:12', '1@<none>', '<none>@<none>'),
  );
  expect(engine.requests[1]?.query).toEqual({ filters: '{"reference":["busybox"]}' });
});

test('inspect prints the document unchanged, for every kind of object', async () => {
  const container = { Id: 'c', Config: { Cmd: null }, State: { Status: 'running' } };
  engine.json('GET /containers/a/json', container);
  engine.json('GET /images/busybox:latest/json', { Id: 'i' });
  expect(await output('inspect a busybox:latest')).toBe(
    lines(JSON.stringify([container, { Id: 'i' }], undefined, 4)),
  );
  expect(await output('inspect -f {{.State.Status}} a')).toBe('running\n');
  expect(await run('container inspect busybox:latest')).toMatchObject({
    exitCode: 1,
    stdout: '[]\n',
  });
  await output('image inspect --platform linux/arm64 busybox:latest');
  expect(engine.requests.at(-1)?.query).toEqual({
    platform: '{"os":"linux","architecture":"arm64"}',
  });
  expect(await run('inspect nope')).toEqual({
    exitCode: 1,
    stdout: '[]\n',
    stderr: 'berth: no such object: nope\n',
  });
});

test('system df', async () => {
  engine.json('GET /system/df', {
    LayersSize: 230_000_000,
    Images: [
      { Id: 'sha256:1', RepoTags: ['a:1'], Created: 0, Size: 30_000_000, Containers: 1 },
      { Id: 'sha256:2', RepoTags: ['b:1'], Created: 0, Size: 200_000_000, Containers: 0 },
    ],
    Containers: null,
    Volumes: [{ Name: 'data', UsageData: { Size: 5_000_000, RefCount: 0 } }],
    BuildCache: null,
  });
  expect(await output('system df')).toBe(
    lines(
      'TYPE            TOTAL     ACTIVE    SIZE      RECLAIMABLE',
      'Images          2         1         230MB     200MB (86%)',
      'Containers      0         0         0B        0B',
      'Local Volumes   1         0         5MB       5MB (100%)',
      'Build Cache     0         0         0B        0B',
    ),
  );
  expect(await output('system df -v')).toMatch(/VOLUME NAME {3}LINKS {5}SIZE\ndata {10}0 {9}5MB/);
});

test('system df counts the parts of the build cache that no image has', async () => {
  const entry = {
    Type: 'regular',
    InUse: false,
    CreatedAt: new Date().toISOString(),
    UsageCount: 2,
  };
  engine.json('GET /system/df', {
    ...{ LayersSize: 0, Images: null, Containers: null, Volumes: null },
    BuildCache: [
      { ...entry, ID: 'abc', Size: 5_000_000, Shared: false },
      { ...entry, ID: 'def', Size: 7_000_000, Shared: true },
    ],
  });
  expect(await output('system df')).toMatch(/Build Cache +2 +0 +5MB +5MB \(100%\)/);
  const details = await output('system df -v');
  expect(details).toContain('Build cache usage: 5MB');
  expect(details).toMatch(/CACHE ID +CACHE TYPE +SIZE +CREATED +LAST USED +USAGE +SHARED/);
  expect(details).toMatch(/def +regular +7MB .* ago +2 +true/);
});

test('events prints one event per line', async () => {
  engine.answer('GET /events', (_, response) => {
    response.end(
      `${JSON.stringify({
        Type: 'container',
        Action: 'die',
        Actor: { ID: 'c0ffee', Attributes: { name: 'web', exitCode: '0' } },
        time: 1735689600,
        timeNano: 1735689600123000000,
      })}\n`,
    );
  });
  expect(await output('events --filter type=container')).toMatch(
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.123000000\S+ container die c0ffee \(exitCode=0, name=web\)\n$/,
  );
  expect(await output('system events --format {{.Action}}')).toBe('die\n');
});

test.each([
  ['ps --foo', 125, 'unknown flag: --foo'],
  ['run -m 1x busybox', 125, "option '-m, --memory <size>' argument '1x' is invalid."],
  ['run -e', 125, "option '-e, --env <name[=value]>' argument missing"],
  ['run', 1, "'berth run' requires at least 1 argument"],
  ['exec a', 1, "'berth exec' requires at least 2 arguments"],
  ['tag a', 1, "'berth tag' requires 2 arguments"],
  ['ps extra', 1, "'berth ps' accepts no arguments"],
  ['container ls extra', 1, "'berth container ls' accepts no arguments"],
  ['nope', 1, "unknown command 'nope'"],
  ['container nope', 1, "unknown command 'nope'"],
])('%s exits with %i', async (line, exitCode, reason) => {
  const outcome = await run(line);
  expect(outcome.exitCode).toBe(exitCode);
  expect(outcome.stderr).toContain(`berth: ${reason}`);
  expect(outcome.stdout).toBe('');
  expect(engine.requests).toEqual([]);
});
