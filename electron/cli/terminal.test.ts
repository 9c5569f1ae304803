import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type ScriptedEngine,
  startScriptedEngine,
} from '../host/engine/testing/scripted-engine.ts';
import { CONTAINER_ID, standInContainer } from './testing/stand-in-container.ts';
import { berthAt, openTerminal as open, withMode } from './testing/terminal.ts';

let engine: ScriptedEngine;
beforeEach(async () => {
  engine = await startScriptedEngine();
});
afterEach(() => engine[Symbol.asyncDispose]());

const openTerminal = (script: string) => open(berthAt(engine.socketPath), script);

test('-it passes raw keys, including Ctrl-C, shows the output unframed, and restores the terminal', async () => {
  const keys: string[] = [];
  standInContainer(engine, { tty: true }, async ({ socket, write }) => {
    await write(1, '/ # ');
    for (const expected of ['ls\r', '\x03', '\x1a']) {
      const [key] = await once(socket, 'data');
      keys.push(String(key));
      await write(1, `got ${expected.length}\r\n`);
    }
    return 7;
  });
  const terminal = openTerminal(withMode('berth run -it busybox'));
  await terminal.shows('/ # ');
  for (const key of ['ls\r', '\x03', '\x1a']) {
    terminal.type(key);
    await terminal.shows(`got ${key.length}`);
  }
  await terminal.shows('code 7, mode same');
  expect(keys).toEqual(['ls\r', '\x03', '\x1a']);
});

test('the container gets the size of the terminal, and each new size', async () => {
  standInContainer(engine, { tty: true }, async ({ nextSize, write }) => {
    await write(1, `first ${await nextSize()}\r\n`);
    await write(1, `then ${await nextSize()}\r\n`);
    return 0;
  });
  const terminal = openTerminal('berth run -it busybox');
  await terminal.shows('first 100x30');
  terminal.resize(120, 40);
  await terminal.shows('then 120x40');
  expect((await terminal.ended).exitCode).toBe(0);
  expect(engine.requests[0]?.body).toMatchObject({ HostConfig: { ConsoleSize: [30, 100] } });
});

test('Ctrl-P Ctrl-Q detaches; Ctrl-P alone passes with the next key', async () => {
  const keys: Buffer[] = [];
  standInContainer(engine, { tty: true }, async ({ socket, write }) => {
    socket.on('data', (chunk) => keys.push(chunk));
    await write(1, 'ready ');
    await once(socket, 'end');
    return 1;
  });
  const terminal = openTerminal(withMode('berth run -it busybox'));
  await terminal.shows('ready');
  terminal.type('\x10x');
  terminal.type('\x10\x11');
  await terminal.shows('read escape sequence');
  await terminal.shows('code 0, mode same');
  expect(Buffer.concat(keys).toString()).toBe('\x10x');
});

test('--detach-keys sets other keys', async () => {
  standInContainer(engine, { tty: true }, async ({ socket, write }) => {
    await write(1, 'ready ');
    await once(socket.resume(), 'end');
    return 1;
  });
  const terminal = openTerminal(withMode('berth run -it --detach-keys ctrl-x,q busybox'));
  await terminal.shows('ready');
  terminal.type('\x18q');
  await terminal.shows('code 0, mode same');
});

test('restores the terminal when the connection to the engine breaks', async () => {
  standInContainer(engine, { tty: true }, async ({ write }) => {
    await write(1, 'ready ');
    engine.vanish();
    return 0;
  });
  const lost = openTerminal(withMode('berth run -it busybox'));
  await lost.shows('ready');
  await lost.shows('code 1, mode same');
});

test('restores the terminal when the start fails', async () => {
  const startError = { status: 400, message: 'exec: "x": executable file not found in $PATH' };
  standInContainer(engine, { tty: true, startError }, async () => 0);
  const failed = openTerminal(withMode('berth run -it busybox x'));
  await failed.shows('code 127, mode same');
});

test('passes on a signal from another process, and restores the terminal', async () => {
  standInContainer(engine, { tty: true }, async ({ write, nextSignal }) => {
    await write(1, 'ready ');
    return (await nextSignal()) === 'SIGTERM' ? 143 : 1;
  });
  const terminal = openTerminal(withMode('sh -c \'echo "pid $$"; exec berth run -it busybox\''));
  const [, pid = ''] = await terminal.shows(/pid (\d+)/);
  await terminal.shows('ready');
  process.kill(Number(pid), 'SIGTERM');
  await terminal.shows('code 143, mode same');
});

test('without -t, Ctrl-C sends a signal to the container', async () => {
  standInContainer(engine, {}, async ({ write, nextSignal }) => {
    await write(1, 'ready\n');
    return (await nextSignal()) === 'SIGINT' ? 130 : 1;
  });
  // The terminal sends the signal to the shell too, which ignores it.
  const terminal = openTerminal(`trap : INT; ${withMode('berth run busybox')}`);
  await terminal.shows('ready');
  terminal.type('\x03');
  await terminal.shows('code 130, mode same');
});

test('exec -it passes keys, the size and the exit code', async () => {
  engine.json(`POST /containers/web/exec`, { Id: 'e1' }, 201);
  engine.json('GET /exec/e1/json', { Running: false, ExitCode: 5 });
  engine.json('POST /exec/e1/resize', undefined);
  engine.upgrade('POST /exec/e1/start', async (socket) => {
    socket.write(
      'HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n# ',
    );
    const [key] = await once(socket, 'data');
    socket.end(`typed ${key}`);
  });
  const terminal = openTerminal(withMode('berth exec -it -e A=1 web sh'));
  await terminal.shows('# ');
  terminal.type('x');
  await terminal.shows('typed x');
  await terminal.shows('code 5, mode same');
  expect(engine.requests[0]?.body).toMatchObject({ Cmd: ['sh'], Tty: true, Env: ['A=1'] });
  expect(engine.requests[1]?.body).toEqual({ Detach: false, Tty: true, ConsoleSize: [30, 100] });
});

test('pipes: the end of the input ends stdin; a closed output ends the command silently', async () => {
  standInContainer(engine, {}, async ({ socket, write }) => {
    let echoed = '';
    for await (const chunk of socket) echoed += chunk;
    await write(1, echoed);
    return 0;
  });
  const echo = openTerminal('echo hi | berth run -i busybox cat; echo "code $?"');
  await echo.shows(/^hi\r\ncode 0/);

  standInContainer(engine, {}, async ({ write, socket }) => {
    const line = Buffer.from('line\n'.repeat(10_000));
    const gone = new Promise<void>((resolve) => socket.once('close', resolve));
    while (!socket.destroyed) await Promise.race([write(1, line).catch(() => {}), gone]);
    return 0;
  });
  const head = openTerminal(
    '(berth run busybox cat big; echo "code $?" >&2) | head -1; echo "head $?"',
  );
  const { output } = await head.ended;
  expect(output.replace(/code \d+\r\n|head 0\r\n/g, '')).toBe('line\r\n');
  expect(output).toContain('code 141');
});

test('a pull on a terminal has one line per layer', async () => {
  engine.answer('POST /images/create', (_, response) => {
    const layer = (id: string, status: string, current?: number) =>
      response.write(
        `${JSON.stringify({ id, status, progressDetail: current ? { current, total: 1000 } : {} })}\n`,
      );
    layer('aa', 'Waiting');
    layer('bb', 'Waiting');
    layer('aa', 'Downloading', 500);
    layer('aa', 'Pull complete');
    layer('bb', 'Pull complete');
    response.end('{"status":"Status: Downloaded newer image"}\n');
  });
  const terminal = openTerminal('berth pull busybox');
  const { output, exitCode } = await terminal.ended;
  expect(exitCode).toBe(0);
  expect(output.replaceAll('\x1b', '^')).toBe(
    [
      'Using default tag: latest',
      'aa: Waiting',
      'bb: Waiting',
      '^[2A\r^[2Kaa: Downloading [===============>               ] 500B/1kB^[2B\r' +
        '^[2A\r^[2Kaa: Pull complete^[2B\r^[1A\r^[2Kbb: Pull complete^[1B\r' +
        'Status: Downloaded newer image',
      'docker.io/library/busybox:latest',
      '',
    ].join('\r\n'),
  );
});

test('start -ai attaches to a container with a terminal', async () => {
  standInContainer(engine, { tty: true }, async ({ write, socket }) => {
    await write(1, 'ready ');
    const [key] = await once(socket, 'data');
    return String(key) === 'q' ? 4 : 1;
  });
  engine.json('GET /containers/web/json', {
    Id: CONTAINER_ID,
    Name: '/web',
    State: { Status: 'exited', Running: false, ExitCode: 0 },
    Config: { Image: 'busybox', Tty: true, OpenStdin: true },
    HostConfig: { AutoRemove: false },
    NetworkSettings: { Ports: {} },
  });
  const terminal = openTerminal(withMode('berth start -ai web'));
  await terminal.shows('ready');
  terminal.type('q');
  await terminal.shows('code 4, mode same');
});
