import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProgram } from '../../vm-image/run-program.ts';
import { printed } from '../fixtures/outcome.ts';
import { type Launcher, startLauncher } from './qemu/launcher.ts';
import { checkout } from './wine/cache.ts';
import { startSession, type WindowsSession, windowsPath } from './wine/session.ts';

/*
 * The `berth` command and the supervisor as Windows programs, connected by named pipes, with a real VM. Each
 * test continues from the state of the previous one.
 */
let session: WindowsSession;
let launcher: Launcher;
/** The user's home directory, C:\users\root, as a path of the host. */
let profile: string;
const published = 18_000 + Math.floor(Math.random() * 10_000);

beforeAll(async () => {
  session = await startSession();
  profile = join(session.users, 'root');
  launcher = await startLauncher(hostPath);
  await runProgram('x86_64-w64-mingw32-gcc', [
    ...['-O1', '-Wall', '-Werror', '-o', join(session.shared, 'qemu-system-x86_64.exe')],
    ...[join(import.meta.dirname, 'qemu/stand-in.c'), '-lws2_32', '-lshell32'],
  ]);
  await mkdir(join(profile, '.berth'));
  const settings = { cpus: 2, memoryMiB: 2048, diskGiB: 16 };
  await writeFile(join(profile, '.berth/settings.json'), JSON.stringify(settings));
}, 300_000);

afterAll(async () => {
  await session?.stop();
  await launcher?.stop();
});

/** The host's path of a Windows path. */
function hostPath(path: string): string {
  const slashes = path.replaceAll('\\', '/');
  const ofUser = /^C:\/users(?=\/)/i.exec(slashes);
  return ofUser ? session.users + slashes.slice(ofUser[0].length) : slashes.replace(/^Z:/i, '');
}

function berth(words: readonly string[], cwd = profile, input?: string) {
  return session.node([windowsPath(join(checkout, 'dist/cli/berth.mjs')), ...words], {
    cwd,
    ...(input === undefined ? {} : { input }),
    env: { BERTH_TEST_QEMU: launcher.address, WINEPATH: windowsPath(session.shared) },
  });
}

async function output(...words: string[]): Promise<string> {
  return outputIn(profile, ...words);
}

/** The output of a command in a folder, with Unix line ends. */
async function outputIn(cwd: string, ...words: string[]): Promise<string> {
  return printed(`berth ${words.join(' ')}`, await berth(words, cwd)).replaceAll('\r\n', '\n');
}

/** A folder in the user's home directory with these files. */
async function folder(name: string, files: Record<string, string>): Promise<string> {
  const path = join(profile, name);
  await mkdir(path);
  for (const [file, text] of Object.entries(files)) await writeFile(join(path, file), text);
  return path;
}

async function get(port: number): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}/`)).text();
}

/** The body of a web server's answer, once the server listens. */
const eventually = (port: number) =>
  expect.poll(() => get(port).catch(String), { timeout: 30_000 });

test('version and status before the VM runs', async () => {
  expect(await output('--version')).toMatch(/^berth version \d/);
  expect(await output('machine', 'status')).toMatch(/stopped/);
});

test('machine start boots a VM, with emulation where Windows has no hypervisor', async () => {
  await output('machine', 'start');
  expect(await output('machine', 'status')).toMatch(/running/);
  expect(launcher.started.at(-1)?.join(' ')).toContain('-accel tcg');
  expect(await output('version')).toMatch(/linux\/amd64/);
  const doctor = await berth(['doctor']);
  expect(doctor.stdout).toMatch(/engine/i);
});

test('run passes on the output and the exit code', async () => {
  expect(await output('run', '--rm', 'busybox', 'echo', 'Grüße')).toBe('Grüße');
  const { exitCode, stderr } = await berth([
    'run',
    '--rm',
    'busybox',
    'sh',
    '-c',
    'echo oh >&2; exit 7',
  ]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 7, stderr: 'oh\n' });
});

test('run -i: piped input arrives whole, and its end ends it', async () => {
  const input = join(profile, 'input.txt');
  const text = 'a line of input\n'.repeat(50_000);
  await writeFile(input, text);
  const count = await berth(['run', '--rm', '-i', 'busybox', 'wc', '-c'], profile, input);
  expect(count).toMatchObject({ exitCode: 0, stdout: `${text.length}\n` });
  const copy = await berth(['run', '--rm', '-i', 'busybox', 'cat'], profile, input);
  expect({ exitCode: copy.exitCode, same: copy.stdout === text }).toEqual({
    exitCode: 0,
    same: true,
  });
  const first = await berth(['run', '--rm', '-i', 'busybox', 'head', '-n1'], profile, input);
  expect(first).toMatchObject({ exitCode: 0, stdout: 'a line of input\n' });
});

test('run -d -p: the host reaches a published port; logs, exec and ps', async () => {
  await folder('site', { 'index.html': 'from Windows' });
  await output(
    ...[
      'run',
      '-d',
      '--name',
      'web',
      '-p',
      `${published}:80`,
      '-v',
      'C:\\users\\root\\site:/www:ro',
    ],
    ...['busybox', 'sh', '-c', 'echo serving; exec httpd -f -v -h /www'],
  );
  await eventually(published).toBe('from Windows');
  expect(await output('logs', 'web')).toContain('serving');
  expect(await output('exec', 'web', 'cat', '/www/index.html')).toBe('from Windows');
  expect((await berth(['exec', 'web', 'sh', '-c', 'exit 3'])).exitCode).toBe(3);
  expect(await output('ps', '--format', '{{.Names}} {{.State}}')).toBe('web running');
});

test.each([
  ['C:\\users\\root\\tools'],
  ['c:/Users/root/tools'],
  ['/c/users/root/tools'],
  ['.\\tools'],
])('a folder of drive C, written as %s, with a script that can be executed', async (path) => {
  const tools = join(profile, 'tools');
  await mkdir(tools, { recursive: true });
  await writeFile(join(tools, 'hello.sh'), '#!/bin/sh\necho "hello from $0"\n');
  expect(await output('run', '--rm', '-v', `${path}:/tools`, 'busybox', '/tools/hello.sh')).toBe(
    'hello from /tools/hello.sh',
  );
  await output(
    'run',
    '--rm',
    '-v',
    `${path}:/tools`,
    'busybox',
    'sh',
    '-c',
    'echo new > /tools/made',
  );
  expect(await readFile(join(tools, 'made'), 'utf8')).toBe('new\n');
});

test('cp copies in both directions', async () => {
  await folder('cp', { 'in.txt': 'there and back' });
  await output('cp', 'C:\\users\\root\\cp\\in.txt', 'web:/tmp/in.txt');
  await output('cp', 'web:/tmp/in.txt', '.\\cp\\out.txt');
  expect(await readFile(join(profile, 'cp/out.txt'), 'utf8')).toBe('there and back');
});

test('build sends a folder as context', async () => {
  const context = await folder('context', {
    Dockerfile: 'FROM busybox\nCOPY greeting /greeting\nCMD ["cat", "/greeting"]\n',
    greeting: 'built on Windows\n',
  });
  await outputIn(context, 'build', '-t', 'greeting', '.');
  expect(await output('run', '--rm', 'greeting')).toBe('built on Windows');
});

test('compose up, ps and down, with a relative folder and a port', async () => {
  const port = published + 1;
  const project = await folder('project', {
    'compose.yaml': `services:
  site:
    image: busybox
    command: httpd -f -h /www
    ports: ['${port}:80']
    volumes: ['./pages:/www']
`,
  });
  await mkdir(join(project, 'pages'));
  await writeFile(join(project, 'pages/index.html'), 'composed');
  await outputIn(project, 'compose', 'up', '-d');
  await eventually(port).toBe('composed');
  expect(await outputIn(project, 'compose', 'ps')).toMatch(/site.*running|site.* Up /i);
  await outputIn(project, 'compose', 'down');
  expect(await output('ps', '--all', '--format', '{{.Names}}')).toBe('web');
});

test('the Docker context names the pipe of the engine', async () => {
  await output('context', 'install');
  const listed = await session.node([
    '-p',
    `fs.readdirSync(os.homedir() + '/.docker/contexts/meta').map((name) =>
      JSON.parse(fs.readFileSync(os.homedir() + '/.docker/contexts/meta/' + name + '/meta.json'))
        .Endpoints.docker.Host).join()`,
  ]);
  expect(listed.stdout).toMatch(/^npipe:\/\/\/\/\.\/pipe\/berth-/);
  await output('context', 'rm');
  expect((await berth(['context', 'rm'])).exitCode).toBe(0);
});

test('after the supervisor is killed, the next command takes over the VM and its containers', async () => {
  await session.kill('supervisor.mjs');
  expect(await output('ps', '--format', '{{.Names}} {{.State}}')).toBe('web running');
  await eventually(published).toMatch(/html/i);
  expect((await berth(['exec', 'web', 'true'])).exitCode).toBe(0);
  // The container from before has lost the folder, which the killed process served.
  const listed = await output(
    'run',
    '--rm',
    '-v',
    'C:\\users\\root\\site:/www',
    'busybox',
    'ls',
    '/www',
  );
  expect(listed).toBe('index.html');
  expect(launcher.started.filter((args) => args.includes('-kernel'))).toHaveLength(1);
});

test('machine stop turns the VM off', async () => {
  await output('machine', 'stop');
  expect(await output('machine', 'status')).toMatch(/stopped/);
  await expect(access(join(profile, '.berth/machines/default/hypervisor.pid'))).rejects.toThrow();
});
