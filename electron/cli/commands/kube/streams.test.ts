import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { pods } from '../../../../guest-agent/kube/objects/resources.ts';
import { KubeSetup } from '../../testing/kube-setup.ts';

let setup: KubeSetup;

const APP = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: nginx, ports: [{name: http, containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 8080, targetPort: http}]}
`;

beforeEach(async () => {
  setup = await KubeSetup.start();
  const file = await setup.file(APP);
  expect((await setup.kube(['play', file])).exitCode).toBe(0);
});

afterEach(() => setup.close());

const names = () =>
  setup.cluster.objects.list(pods, 'default').map(({ metadata }) => metadata.name);

it('shows the logs of all pods of a workload, each line with its pod', async () => {
  const [first = '', second = ''] = names();
  const { exitCode, stdout } = await setup.kube(['logs', 'deploy/web']);
  expect(exitCode).toBe(0);
  for (const name of [first, second]) {
    expect(stdout).toContain(`${name}  | main of default/${name} started\n`);
    expect(stdout).toContain(`${name}  | ready to serve\n`);
  }
  const labelled = await setup.kube(['logs', '-l', 'app=web', '--tail', '1', '--no-log-prefix']);
  expect(labelled.stdout).toBe('ready to serve\nready to serve\n');
  const single = await setup.kube(['logs', '--timestamps', '--tail', '1', first]);
  expect(single.stdout).toMatch(/^\d{4}-\S+Z ready to serve\n$/);
});

it.each([
  [['logs'], 'name a pod, or its labels with --selector'],
  [['logs', 'nosuch'], 'pod "nosuch" doesn\'t exist in namespace "default"'],
  [['logs', 'web', '-c', 'nosuch'], 'container "nosuch" doesn\'t exist\nContainers: main'],
  [['exec', 'nosuch', 'true'], 'pod "nosuch" doesn\'t exist'],
  [['port-forward', 'svc/web', '1'], 'service "web" has no port 1\nPorts: 8080'],
  [['port-forward', 'web', 'a:b:c'], '"a:b:c" isn\'t a valid port'],
])('%j is refused', async (words, message) => {
  const { exitCode, stderr } = await setup.kube(words);
  expect(stderr).toContain(message);
  expect(exitCode).toBe(1);
});

it('follows logs, also those of new pods, until Ctrl-C', async () => {
  const signals = new EventEmitter();
  let shown = '';
  const stdout = new PassThrough().on('data', (data) => {
    shown += data;
  });
  const following = setup.kube(['logs', '-f', 'deploy/web'], { signals, stdout });
  await vi.waitFor(() => expect(signals.listenerCount('SIGINT')).toBe(1), 20_000);
  const scaled = await setup.kube(['scale', 'deploy/web', '--replicas', '3']);
  expect(scaled.stdout).toBe('deployment/web scaled to 3\n');
  await vi.waitFor(() => {
    for (const name of names()) expect(shown).toContain(`${name}  | ready to serve\n`);
  }, 20_000);
  signals.emit('SIGINT');
  expect((await following).exitCode).toBe(0);
  expect(names()).toHaveLength(3);
});

it('runs commands with their input, output and exit codes', async () => {
  const [pod = ''] = names();
  expect(await setup.kube(['exec', pod, '--', 'echo', 'hello', '-x'])).toMatchObject({
    ...{ exitCode: 0, stdout: 'hello -x\n' },
  });
  expect(await setup.kube(['exec', 'deploy/web', 'sh', '-c', 'exit 7'])).toMatchObject({
    exitCode: 7,
  });
  const input = 'x'.repeat(300_000);
  const copied = await setup.kube(['exec', '-i', pod, 'cat'], { stdin: input });
  expect(copied.exitCode).toBe(0);
  expect(copied.stdout).toBe(input);
  const unknown = await setup.kube(['exec', pod, 'nosuch']);
  expect(unknown.exitCode).toBe(127);
});

it('forwards a port, also after the pod was replaced', async () => {
  const signals = new EventEmitter();
  const stdout = new PassThrough();
  const forwarding = setup.kube(['port-forward', 'svc/web', ':8080'], { signals, stdout });
  const [line] = await once(stdout, 'data');
  const [, port] = /^Forwarding from 127\.0\.0\.1:(\d+) -> 8080\n$/.exec(String(line)) ?? [];
  const echo = async (text: string) => {
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(text);
    const [answer] = await once(socket, 'data');
    socket.destroy();
    return String(answer);
  };
  expect(await echo('one')).toBe('one');
  const before = names();
  await setup.kube(['restart', 'deploy/web', '--context', 'berth']);
  await vi.waitFor(() => {
    expect(names().filter((name) => before.includes(name))).toEqual([]);
  }, 20_000);
  expect(await echo('two')).toBe('two');
  signals.emit('SIGINT');
  expect((await forwarding).exitCode).toBe(0);
});
