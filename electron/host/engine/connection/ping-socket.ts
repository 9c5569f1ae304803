import { request as httpRequest } from 'node:http';
import { looksOnHeader } from '../../../../guest-agent/contract/endpoints/activity.ts';

/** Whether an engine answers at a socket, with any status, before `signal` aborts. */
export function pingSocket(socketPath: string, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const headers = { host: 'berth', [looksOnHeader]: '1' };
    const request = httpRequest({ socketPath, path: '/_ping', headers, agent: false, signal });
    request.once('socket', (socket) => socket.unref());
    request.on('response', (response) => {
      response.on('error', () => {});
      response.resume();
      resolve(true);
    });
    request.on('error', () => resolve(false));
    request.end();
  });
}
