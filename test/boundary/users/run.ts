import { existsSync } from 'node:fs';
import { appLogPath, appSettingsPath, settingsPath } from '../../../electron/host/home/paths.ts';
import { check, type Finding, type ProbeGroup } from '../report.ts';
import { type Attempt, asStranger, type Outcome } from './stranger.ts';
import { PASSWORD, startVictim, type Victim } from './victim.ts';

interface UserProbe {
  readonly name: string;
  readonly attempt: Attempt;
  /** Whether the attempt may succeed. The default is that it must not. */
  readonly isRight?: (outcome: Outcome) => boolean;
}

const isRefused = ({ done }: Outcome) => !done;

/** What another user of the host tries. */
export const userGroup: ProbeGroup = {
  name: 'users',
  count: (count) => `${count} attempts of another user`,
  async run() {
    const findings: Finding[] = [];
    for (const isOpen of [false, true]) {
      await using victim = await startVictim({ isOpen });
      const probes = isOpen ? inOpenHome(victim) : [...inHome(victim), ...ofProcesses(victim)];
      const outcomes = await asStranger(probes.map(({ attempt }) => attempt));
      for (const [at, { name, attempt, isRight = isRefused }] of probes.entries()) {
        const outcome = outcomes[at] ?? { done: true, text: 'no outcome' };
        const wrong = check(isRight(outcome), `${JSON.stringify(attempt)}: ${outcome.text}`);
        // An attempt on a file that isn't there would say nothing.
        if ('path' in attempt && ['read', 'write', 'connect', 'remove'].includes(attempt.kind)) {
          wrong.push(...check(existsSync(attempt.path), `${attempt.path} doesn't exist`));
        }
        findings.push({ name: isOpen ? `${name}, in a home that others may read` : name, wrong });
      }
    }
    return findings;
  },
};

const read = (name: string, path: string): UserProbe => ({
  name: `reading ${name}`,
  attempt: { kind: 'read', path },
});
const connect = (name: string, path: string): UserProbe => ({
  name: `connecting to ${name}`,
  attempt: { kind: 'connect', path },
});

const files = ({ home, paths }: Victim): UserProbe[] => [
  read('the key for SSH', paths.clientKey),
  read('the VM’s key for SSH', paths.guestHostKey),
  read('the disk with the configuration', paths.configDisk),
  read('the data disk', paths.dataDisk),
  read('the settings', settingsPath(home)),
  read('the settings of the app', appSettingsPath(home)),
  read('the log of the app', appLogPath(home)),
  read('the log of the background process', paths.supervisorLog),
  read('the console of the VM', paths.console),
  read('the status', paths.status),
  read('how the VM was launched', paths.launch),
  connect('the engine', paths.engineSocket),
  connect('the background process', paths.controlSocket),
  connect('the hypervisor', paths.qmpSocket),
];

function inHome(victim: Victim): UserProbe[] {
  const { home, userHome, paths } = victim;
  return [
    ...files(victim),
    connect('Kubernetes', paths.kubeSocket),
    { name: 'listing Berth’s files', attempt: { kind: 'list', path: home } },
    { name: 'listing the VM’s files', attempt: { kind: 'list', path: paths.directory } },
    { name: 'creating a file', attempt: { kind: 'create', path: `${paths.directory}/x` } },
    { name: 'removing the data disk', attempt: { kind: 'remove', path: paths.dataDisk } },
    { name: 'changing the settings', attempt: { kind: 'write', path: settingsPath(home) } },
    read('passwords of registries', `${userHome}/.docker/config.json`),
    read('tokens of clusters', `${userHome}/.kube/config`),
  ];
}

/** The directory doesn't protect the files, so each must be protected itself. */
function inOpenHome(victim: Victim): UserProbe[] {
  const { home, paths } = victim;
  return [
    ...files(victim),
    {
      name: 'a link in place of the app’s next settings',
      attempt: { kind: 'plant', path: `${appSettingsPath(home)}.tmp`, target: '/tmp/x' },
    },
    {
      name: 'a link in place of a log',
      attempt: { kind: 'plant', path: `${appLogPath(home)}.1`, target: '/tmp/x' },
    },
    { name: 'listing the VM’s files', attempt: { kind: 'list', path: paths.directory } },
    { name: 'another VM', attempt: { kind: 'create', path: `${home}/machines/x` } },
  ];
}

function ofProcesses({ supervisor, app }: Victim): UserProbe[] {
  const of = (name: string) => `/proc/${supervisor}/${name}`;
  const { port, searchParams, search } = new URL(app.url);
  const ticket = new URL(app.ownUrl).search;
  const get = (target: string): Attempt => ({
    kind: 'tcp',
    port: Number(port),
    send: `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`,
  });
  const token = searchParams.get('token') ?? search;
  const refused = ({ text }: Outcome) => / 401 /.test(text) && !/set-cookie/i.test(text);
  const silent = ({ text }: Outcome) => !text.includes(token) && !text.includes(PASSWORD);
  return [
    read('the environment of the background process', of('environ')),
    read('the memory of the background process', of('mem')),
    { name: 'open files of the background process', attempt: { kind: 'list', path: of('fd') } },
    {
      name: 'secrets in command lines',
      attempt: { kind: 'read', path: of('cmdline') },
      isRight: silent,
    },
    { name: 'a signal to the background process', attempt: { kind: 'signal', pid: supervisor } },
    { name: 'the app in the browser', attempt: get('/'), isRight: refused },
    {
      name: 'the app by an address that others may see',
      attempt: get(`/${ticket}`),
      isRight: refused,
    },
    { name: 'the app by a guess', attempt: get(`/?token=${'x'.repeat(43)}`), isRight: refused },
    {
      name: 'sockets without a file',
      attempt: { kind: 'read', path: '/proc/net/unix' },
      isRight: ({ text }) => !/@.*berth/.test(text),
    },
  ];
}
