import { join } from 'node:path';

/**
 * The agent's directories. `data` is on the data disk; `run` is lost at the next boot. Names under
 * `run` are short, since unix socket paths are limited to 107 bytes and overlay options to one
 * page.
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

  /** What a container keeps between runs: its writable layer, log and /etc files. */
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

  /** The files of a container's run: OCI bundle, mounted root, conmon's sockets. */
  bundle(id: string): string {
    return join(this.run, 'c', id);
  }

  /** The files of builds: contexts, and files to be copied into images. */
  get builds(): string {
    return join(this.data, 'builds');
  }

  /** What the steps of builds made. */
  get buildSteps(): string {
    return join(this.data, 'build-steps');
  }

  /** Files with secrets for commands of builds. */
  get buildSecrets(): string {
    return join(this.run, 'secrets');
  }

  /** Scripts that commands of builds execute. */
  get buildScripts(): string {
    return join(this.run, 'scripts');
  }

  /** Sockets that lead from builds to the SSH agents of clients. */
  get buildAgents(): string {
    return join(this.run, 'ssh');
  }

  /** Images that are mounted without a container. */
  get imageTrees(): string {
    return join(this.run, 't');
  }

  /** The files of one exec: process document, conmon's sockets and its exit file. */
  exec(id: string): string {
    return join(this.run, 'x', id);
  }

  /** Where conmon writes a container's exit code, in a file with the container's name. */
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
