import { join } from 'node:path';

/**
 * Where the agent keeps things. `data` is the data disk; `run` is gone at the next boot. Names
 * under `run` are short: unix socket paths end at 107 bytes, overlay options at a page.
 */
export class Directories {
  readonly data: string;
  readonly run: string;

  constructor(data: string, run: string) {
    this.data = data;
    this.run = run;
  }

  get containerRecords(): string {
    return join(this.data, 'containers');
  }

  /** What one container keeps between runs: its writable layer, log and /etc files. */
  container(id: string): string {
    return join(this.data, 'containers', id);
  }

  log(id: string): string {
    return join(this.container(id), 'log');
  }

  get volumes(): string {
    return join(this.data, 'volumes');
  }

  get networkRecords(): string {
    return join(this.data, 'networks');
  }

  /** One run of a container: OCI bundle, mounted root, conmon's sockets. */
  bundle(id: string): string {
    return join(this.run, 'c', id);
  }

  /** What builds work with: contexts, and files that are on their way into an image. */
  get builds(): string {
    return join(this.data, 'builds');
  }

  /** Images that are mounted without a container. */
  get imageTrees(): string {
    return join(this.run, 't');
  }

  /** One exec: process document, conmon's sockets and its exit file. */
  exec(id: string): string {
    return join(this.run, 'x', id);
  }

  /** conmon leaves a file named after the container with its exit code here. */
  get exits(): string {
    return join(this.run, 'exits');
  }

  get runtimeRoot(): string {
    return join(this.run, 'crun');
  }

  networkNamespace(id: string): string {
    return join(this.run, 'n', id);
  }

  get netavark(): string {
    return join(this.run, 'netavark');
  }
}
