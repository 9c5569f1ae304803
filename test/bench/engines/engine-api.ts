import { Agent, type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** Requests to an engine as its clients send them: on few connections, which stay open. */
export class EngineApi {
  readonly #socketPath: string;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  /** Sends a request. Rejects if the engine doesn't accept it. */
  async send(method: string, path: string, body?: object | Buffer): Promise<IncomingMessage> {
    const isTar = Buffer.isBuffer(body);
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const call = request(
      {
        ...{ socketPath: this.#socketPath, agent: this.#agent, method, path: `/v1.44${path}` },
        headers: body ? { 'Content-Type': isTar ? 'application/x-tar' : 'application/json' } : {},
      },
      resolve,
    ).on('error', reject);
    call.end(isTar || body === undefined ? body : JSON.stringify(body));
    const response = await promise;
    const { statusCode = 0 } = response;
    if (statusCode < 400 && statusCode !== 304) return response;
    throw new Error(`${method} ${path}: ${statusCode} ${(await buffer(response)).toString()}`);
  }

  /** Sends a request, and reads the answer to its end. */
  async read(method: string, path: string, body?: object | Buffer): Promise<Buffer> {
    return buffer(await this.send(method, path, body));
  }

  /** Sends a request, and counts the bytes of the answer without keeping them. */
  async count(method: string, path: string, body?: object | Buffer): Promise<number> {
    let bytes = 0;
    for await (const chunk of await this.send(method, path, body)) bytes += chunk.length;
    return bytes;
  }

  /** Creates a container from the image `box`. Returns its ID. */
  async create(command: readonly string[], hostConfig: object = {}): Promise<string> {
    const body = { Image: 'box', Cmd: command, HostConfig: hostConfig };
    const { Id } = JSON.parse((await this.read('POST', '/containers/create', body)).toString());
    return Id;
  }

  /** What `docker run` does: creates a container, starts it, and waits until it has exited. */
  async run(command: readonly string[], hostConfig: object = {}): Promise<string> {
    const id = await this.create(command, hostConfig);
    // The answer begins before the end of the container, so the wait is there when it starts.
    const condition = 'AutoRemove' in hostConfig ? 'removed' : 'next-exit';
    const waiting = await this.send('POST', `/containers/${id}/wait?condition=${condition}`);
    await this.read('POST', `/containers/${id}/start`);
    const { StatusCode } = JSON.parse((await buffer(waiting)).toString());
    if (StatusCode !== 0) throw new Error(`a container exited with ${StatusCode}`);
    return id;
  }

  async remove(id: string): Promise<void> {
    await this.read('DELETE', `/containers/${id}?force=1&v=1`);
  }

  close(): void {
    this.#agent.destroy();
  }
}
