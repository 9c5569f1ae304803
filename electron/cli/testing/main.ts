/** The real command as a process of its own, with a stand-in for the machine: MAIN SOCKET WORD... */
import { runProcess } from '../cli-process.ts';
import { standInHost } from './stand-in-host.ts';

const [socketPath = ''] = process.argv.splice(2, 1);

await runProcess(async () => standInHost(socketPath));
