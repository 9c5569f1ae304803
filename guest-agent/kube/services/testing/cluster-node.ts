import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ownSubnet } from '../../../network/guest-subnet.ts';
import { Objects } from '../../objects/objects.ts';
import { pods, services } from '../../objects/resources.ts';
import { startEndpoints } from '../endpoints/endpoints-controller.ts';
import { ServiceEndpoints } from '../endpoints/service-endpoints.ts';
import { ServiceProxy } from '../proxy/service-proxy.ts';

/*
 * A node of a cluster, run in a network namespace of its own: a bridge, pods in namespaces behind
 * it, and the proxy of Services. Plays a rolling update and deaths of pods while another pod sends
 * requests, and prints the outcomes.
 */

const run = promisify(execFile);
const ip = (...words: string[]) => run('ip', words);
const log = (message: string, cause?: unknown) => console.error(message, cause);
const SERVICE = '10.96.1.1';

interface Member {
  readonly address: string;
  say(line: string): void;
  /** The next line that the program prints. */
  hear(): Promise<{ readonly outcomes?: Record<string, number> }>;
  readonly child: ChildProcess;
}

let members = 1;
async function startMember(verb: 'serve' | 'ask', argument: string): Promise<Member> {
  const program = join(import.meta.dirname, 'pod-program.ts');
  const child = spawn('unshare', ['--net', process.execPath, program, verb, argument], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(child, 'spawn');
  const number = ++members;
  const address = `10.88.0.${number}`;
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  // The process has a namespace of its own once the program runs.
  while (!(await isIsolated(child.pid ?? 0))) await delay(5);
  const outside = `veth${number}`;
  await ip('link', 'add', outside, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', `${child.pid}`);
  await ip('link', 'set', outside, 'master', 'br0', 'up');
  const inside = ['ip link set lo up', `ip address add ${address}/24 dev eth0`];
  const script = [...inside, 'ip link set eth0 up', 'ip route add default via 10.88.0.1'];
  await run('nsenter', ['-t', `${child.pid}`, '-n', 'sh', '-ec', script.join('; ')]);
  return {
    ...{ address, child },
    say: (line) => void child.stdin.write(`${line}\n`),
    hear: async () => JSON.parse(String((await lines.next()).value)),
  };
}

async function isIsolated(pid: number): Promise<boolean> {
  const { stdout } = await run('readlink', [`/proc/${pid}/ns/net`, '/proc/self/ns/net']);
  const [theirs, ours] = stdout.trim().split('\n');
  return theirs !== ours;
}

const objects = new Objects();
const keyOf = (name: string) => ({ namespace: 'default', name });

async function startPod(name: string): Promise<Member> {
  const member = await startMember('serve', name);
  member.say('start');
  await member.hear();
  await objects.create(pods, {
    metadata: { ...keyOf(name), labels: { app: 'web' } },
    spec: { containers: [], nodeName: 'berth' },
    status: {
      ...{ phase: 'Running', podIP: member.address },
      conditions: [{ type: 'Ready', status: 'True' }],
    },
  });
  return member;
}

/** As a rolling update does: the pod gets no new connections and ends when it has no more work. */
async function replace(name: string, member: Member): Promise<void> {
  await objects.requestDeletion(pods, keyOf(name));
  member.say('drain');
  await once(member.child, 'exit');
  await objects.remove(pods, keyOf(name));
}

/** The pod hangs and is killed before Kubernetes knows anything of it. */
async function kill(name: string, member: Member): Promise<void> {
  member.say('hang');
  await delay(100);
  member.child.kill('SIGKILL');
  await once(member.child, 'exit');
  await delay(100);
  await objects.remove(pods, keyOf(name));
}

await ip('link', 'set', 'lo', 'up');
// With an address of its own, which would otherwise change with each new port.
await ip('link', 'add', 'br0', 'address', '02:00:00:00:00:01', 'type', 'bridge');
await ip('address', 'add', '10.88.0.1/24', 'dev', 'br0');
await ip('link', 'set', 'br0', 'up');
await ownSubnet('10.96.0.0/16', '10.96.0.1');

startEndpoints(objects, log);
const endpoints = new ServiceEndpoints(objects);
new ServiceProxy({ objects, endpoints, nodeAddresses: ['127.0.0.1', '10.96.0.1'], log });
const port = { port: 80, targetPort: 8080 };
await objects.create(services, {
  metadata: keyOf('web'),
  spec: {
    ...{ clusterIP: SERVICE, selector: { app: 'web' } },
    ports: [
      { ...port, name: 'tcp' },
      { ...port, name: 'udp', protocol: 'UDP' },
    ],
  },
});

const running = new Map<string, Member>();
let started = 0;
const add = async () => {
  const name = `web-${++started}`;
  running.set(name, await startPod(name));
};
const takeOldest = () => {
  const [oldest] = running;
  if (oldest === undefined) throw new Error('no pod runs');
  running.delete(oldest[0]);
  return oldest;
};
for (let index = 0; index < 3; index++) await add();
const client = await startMember('ask', SERVICE);
/** The outcomes of requests while something happens. */
const during = async (what: () => Promise<void>) => {
  client.say('go');
  await what();
  client.say('stop');
  return (await client.hear()).outcomes;
};

const balanced = await during(() => delay(1_000));
const rolling = await during(async () => {
  for (let round = 0; round < 6; round++) {
    await add();
    await (round % 2 === 0 ? replace : kill)(...takeOldest());
    await delay(200);
  }
});
client.say('udp');
await delay(50);
await kill(...takeOldest());
const { outcomes: udp } = await client.hear();
await objects.change(services, keyOf('web'), (service) => ({
  ...service,
  spec: { ...service.spec, sessionAffinity: 'ClientIP' },
}));
const affinity = await during(() => delay(300));
process.stdout.write(`${JSON.stringify({ balanced, rolling, udp, affinity })}\n`);
for (const { child } of [...running.values(), client]) child.kill('SIGKILL');
process.exit();
