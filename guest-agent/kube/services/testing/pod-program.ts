import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

/*
 * A program of a pod in a network namespace of its own. `serve NAME` answers with its name over TCP
 * and UDP. `ask ADDRESS` sends requests to a Service until it is stopped, and prints their outcomes.
 * Lines of its input say when to start, stop and die.
 */

export const POD_PORT = 8080;
const [verb, argument = ''] = process.argv.slice(2);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const nextLine = async () => String((await lines.next()).value);
const say = (what: object) => process.stdout.write(`${JSON.stringify(what)}\n`);

async function serve(name: string): Promise<void> {
  await nextLine();
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(name));
  });
  await once(server.listen(POD_PORT), 'listening');
  const udp = createSocket('udp4');
  udp.on('message', (_, { port, address }) => udp.send(name, port, address));
  await once(udp.bind(POD_PORT), 'listening');
  say({ listening: true });
  if ((await nextLine()) === 'hang') {
    // Connections wait in the kernel, unread, until the process is killed.
    process.kill(process.pid, 'SIGSTOP');
  } else {
    await new Promise((done) => server.close(done));
    process.exit();
  }
}

/** The outcomes of requests: how many each pod has answered, and the errors. */
const outcomes: Record<string, number> = {};
const count = (outcome: string) => {
  outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
};

async function askOnce(address: string): Promise<void> {
  const socket = connect({ host: address, port: 80 });
  socket.write('hello');
  const answer = await text(socket).catch((error) => `lost: ${error.code}`);
  count(answer === '' ? 'lost: no answer' : answer);
}

async function ask(address: string): Promise<void> {
  for (let command = await nextLine(); command !== 'end'; command = await nextLine()) {
    for (const key of Object.keys(outcomes)) delete outcomes[key];
    if (command === 'udp') await askByUdp(address);
    else {
      let isStopped = false;
      const stopped = nextLine().then(() => {
        isStopped = true;
      });
      const worker = async () => {
        while (!isStopped) await askOnce(address);
      };
      await Promise.all([stopped, ...Array.from({ length: 8 }, worker)]);
    }
    say({ outcomes });
  }
  process.exit();
}

/** Like a DNS client: one datagram, and the same again after a moment without an answer. */
async function askByUdp(address: string): Promise<void> {
  const socket = createSocket('udp4');
  socket.on('error', () => {});
  for (let index = 0; index < 200; index++) {
    for (let tries = 0; ; tries++) {
      const answer = once(socket, 'message', { signal: AbortSignal.timeout(1_000) });
      socket.send('hello', 80, address);
      const name = await answer.then(
        ([message]) => String(message),
        (error) => (tries < 5 ? undefined : `lost: ${error.name}`),
      );
      if (name === undefined) continue;
      count(name);
      break;
    }
  }
  socket.close();
}

await (verb === 'serve' ? serve(argument) : ask(argument));
