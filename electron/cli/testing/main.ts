/** The real command as a separate process, with a stand-in for the VM: MAIN SOCKET WORD... */
import { runProcess } from '../cli-process.ts';
import { standInHost } from './stand-in-host.ts';

const [socketPath = ''] = process.argv.splice(2, 1);

await runProcess(async () => standInHost(socketPath));
