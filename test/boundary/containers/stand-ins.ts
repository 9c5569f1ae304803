import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** The ports of servers in the engine's network, which stand for servers of the VM. */
export const ports = {
  /** Only on the loopback interface. */
  loopback: 18_999,
  /** On all addresses. Containers that serve others use it too. */
  everywhere: 18_998,
  ssh: 22,
} as const;

const program = `
const { createServer } = require('node:net');
const serve = (port, host) => createServer((socket) => socket.on('error', () => {}).end('REACHED\\n')).listen(port, host);
serve(${ports.loopback}, '127.0.0.1');
serve(${ports.everywhere}, '0.0.0.0');
serve(${ports.ssh}, '0.0.0.0').once('listening', () => console.log('ready'));
`;

/** Serves in the network of the process `pid`. The result stops the servers. */
export async function startStandIns(pid: number): Promise<() => Promise<void>> {
  const child = spawn('nsenter', [`--net=/proc/${pid}/ns/net`, process.execPath, '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const failed = ended.then(() => {
    throw new Error('the stand-in servers ended');
  });
  failed.catch(() => 'they end with the run');
  await Promise.race([once(child.stdout, 'data'), failed]);
  return async () => {
    child.kill('SIGKILL');
    await ended;
  };
}
