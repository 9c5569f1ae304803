import { expect, it } from 'vitest';
import { refusedField } from './refused-field.ts';
import { EMPTY_FORM, type RunForm, toRequest } from './run-form.ts';
import { validateForm } from './validate-form.ts';

const form = (part: Partial<RunForm>): RunForm => ({ ...EMPTY_FORM, ...part });
const port = (host: string, container: string) => ({
  ...{ key: host + container, host, container },
  protocol: 'tcp' as const,
});
const mount = (source: string, target: string) => ({
  ...{ key: target, source, target, readOnly: false },
});

it('requests only the fields that were filled in', () => {
  const blank = form({ ports: [port('', '')], mounts: [mount('', '')] });
  expect(validateForm(blank)).toEqual({});
  expect(toRequest(' nginx ', blank)).toEqual({ image: 'nginx', tty: true });
});

it('becomes a request in the units of the contract', () => {
  const request = toRequest(
    'nginx:1',
    form({
      ...{ name: 'web', command: "sh -c 'echo hi'", entrypoint: '/bin/tini', tty: false },
      ports: [port('8080', '80'), { ...port('', '53'), protocol: 'udp' }],
      mounts: [{ ...mount('data', '/data'), readOnly: true }, mount('', '/cache')],
      env: [{ key: '1', name: 'A', value: 'b=c' }],
      labels: [{ key: '1', name: 'team', value: 'blue' }],
      ...{ memory: '512', cpus: '1.5', pids: '100', diskRead: '10', diskWrite: '0.5' },
      ...{ networkOut: '0.5', networkIn: '20', restart: 'on-failure', restartCount: '3' },
      ...{ network: 'front', hostname: 'box', user: '1000', workdir: '/srv' },
      ...{ readOnly: true, privileged: true, init: true },
    }),
  );
  expect(request).toEqual({
    image: 'nginx:1',
    name: 'web',
    command: ['sh', '-c', 'echo hi'],
    entrypoint: '/bin/tini',
    tty: false,
    ports: [
      { hostPort: 8080, containerPort: 80, protocol: 'tcp' },
      { containerPort: 53, protocol: 'udp' },
    ],
    mounts: [
      { source: 'data', target: '/data', readOnly: true },
      { target: '/cache', readOnly: false },
    ],
    env: ['A=b=c'],
    labels: { team: 'blue' },
    memory: 536_870_912,
    cpus: 1.5,
    pids: 100,
    diskRead: 10_485_760,
    diskWrite: 524_288,
    networkOut: 500_000,
    networkIn: 20_000_000,
    restart: 'on-failure',
    restartCount: 3,
    network: 'front',
    hostname: 'box',
    user: '1000',
    workdir: '/srv',
    readOnly: true,
    privileged: true,
    init: true,
  });
});

it.each([
  [{ name: '-x' }, 'name'],
  [{ command: "echo 'a" }, 'command'],
  [{ workdir: 'srv' }, 'workdir'],
  [{ ports: [port('80', '')] }, 'ports.0.container'],
  [{ ports: [port('70000', '80')] }, 'ports.0.host'],
  [{ ports: [port('80', '80'), port('80', '81')] }, 'ports.1.host'],
  [{ mounts: [mount('../here', '/x')] }, 'mounts.0.source'],
  [{ mounts: [mount('a b', '/x')] }, 'mounts.0.source'],
  [{ mounts: [mount('data', 'x')] }, 'mounts.0.target'],
  [{ mounts: [mount('data', '/x'), mount('more', '/x')] }, 'mounts.1.target'],
  [{ env: [{ key: '1', name: 'A=B', value: '' }] }, 'env.0.name'],
  [{ memory: '5' }, 'memory'],
  [{ cpus: 'two' }, 'cpus'],
  [{ pids: '1.5' }, 'pids'],
  [{ networkIn: '0.001' }, 'networkIn'],
  [{ autoRemove: true, restart: 'always' as const }, 'restart'],
])('refuses %j', (part, field) => {
  expect(Object.keys(validateForm(form(part)))).toEqual([field]);
});

it.each(['/srv/site', 'C:\\site', 'data', ''])('mounts "%s"', (source) => {
  expect(validateForm(form({ mounts: [mount(source, '/x')] }))).toEqual({});
});

it.each([
  ['Conflict. The container name "/web" is already in use by container "c0ffee".', 'name'],
  ['Bind for 0.0.0.0:8080 failed: port is already allocated', 'ports.0.host'],
  [`"/srv/site" isn't in a shared folder (shared folders: none)`, 'mounts.0.source'],
  ['Minimum memory limit allowed is 6MB', 'memory'],
  ['range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available', 'cpus'],
  ['network front not found', 'network'],
  ['unable to find user nobody: no matching entries in passwd file', 'user'],
  ['exec: "serve": executable file not found in $PATH', 'command'],
  ['No such block device in the machine: /dev/vdb', 'diskRead'],
  ['something else', undefined],
])('finds the field of: %s', (message, field) => {
  const filled = form({ ports: [port('8080', '80')], mounts: [mount('/srv/site', '/x')] });
  expect(refusedField({ message }, filled)?.path).toBe(field);
});

it('takes the field that the host names, counted in the rows of the form', () => {
  const filled = form({ mounts: [mount('', ''), mount('data', '/d'), mount('/srv/site', '/x')] });
  const message = 'It is in no shared folder';
  const found = (field: string) => refusedField({ field, message }, filled);
  expect(found('mounts.1.source')).toEqual({ path: 'mounts.2.source', message });
  expect(found('restart')).toEqual({ path: 'restart', message });
});
