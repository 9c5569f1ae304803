import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { machineStatusSchema } from '../../electron/api/machine.ts';
import { type Outcome, outcomeOf, printed } from '../fixtures/outcome.ts';
import type { BuiltVersion } from './older-version.ts';

/** What a user has before an upgrade, made with the `berth` command, and what is left of it later. */
export class Workload {
  readonly #home: string;
  readonly #port: number;
  /** For all commands. */
  readonly environment: NodeJS.ProcessEnv = {};

  constructor(home: string, port: number) {
    this.#home = home;
    this.#port = port;
  }

  get settingsFile(): string {
    return join(this.#home, 'settings.json');
  }

  run({ berth }: BuiltVersion, ...words: string[]): Promise<Outcome> {
    const child = spawn(berth, words, {
      env: { ...process.env, ...this.environment, BERTH_HOME: this.#home },
    });
    return outcomeOf(child, '');
  }

  async output(version: BuiltVersion, ...words: string[]): Promise<string> {
    return printed(`${version.name}: berth ${words.join(' ')}`, await this.run(version, ...words));
  }

  /** Settings, containers, an image, a volume, a network and a Compose project. */
  async create(version: BuiltVersion): Promise<void> {
    const settings = {
      ...{ cpus: 2, memoryMiB: 1536, diskGiB: 8, sharedFolders: [] },
      insecureRegistries: ['registry.example:5000'],
    };
    await writeFile(this.settingsFile, JSON.stringify(settings));
    const run = (...words: string[]) => this.output(version, ...words);
    await run('machine', 'start');
    await run('volume', 'create', '--label', 'kind=kept', 'data');
    await run('network', 'create', '--subnet', '10.77.0.0/24', 'backend');
    await run(
      ...['run', '-d', '--name', 'web', '--restart', 'always', '--network', 'backend'],
      ...['--ip', '10.77.0.9', '-v', 'data:/www', '-p', `127.0.0.1:${this.#port}:80`],
      ...['busybox', 'sh', '-c', 'date +%s >> /www/starts; exec httpd -f -h /www'],
    );
    await run('exec', 'web', 'sh', '-c', 'echo kept > /www/index.html; echo changed > /note');
    await run('commit', 'web', 'mine:1');
    await run('run', '--name', 'ended', 'mine:1', 'cat', '/note');
    await run('compose', 'up', '-d', '--file', await this.#project());
  }

  async #project(): Promise<string> {
    const folder = join(this.#home, 'shop');
    await mkdir(folder, { recursive: true });
    const file = join(folder, 'compose.yaml');
    await writeFile(
      file,
      `name: shop
services:
  worker:
    image: busybox
    command: ["sh", "-c", "echo order >> /orders/list; exec sleep 100000"]
    restart: unless-stopped
    volumes: ["orders:/orders"]
volumes:
  orders:
`,
    );
    return file;
  }

  /** After a boot, the engine answers before it has started the containers with a restart policy. */
  async waitUntilRestarted(version: BuiltVersion): Promise<void> {
    const names = ['web', 'shop-worker-1'];
    for (const deadline = Date.now() + 120_000; ; await sleep(1_000)) {
      const states = await this.output(
        ...([version, 'inspect', '--format', '{{.State.Status}}', ...names] as const),
      );
      if (states === 'running\nrunning') return;
      if (Date.now() > deadline) throw new Error(`${names.join(', ')}: ${states}`);
    }
  }

  /** The facts that must survive an upgrade. */
  async facts(version: BuiltVersion): Promise<Record<string, string>> {
    const run = (...words: string[]) => this.output(version, ...words);
    const names = ['web', 'ended', 'shop-worker-1'];
    const settings = z
      .record(z.string(), z.unknown())
      .parse(JSON.parse(await readFile(this.settingsFile, 'utf8')));
    return {
      containers: await run(
        ...['inspect', '--format', '{{.Name}} {{.Id}} {{.Image}} {{.State.Status}}', ...names],
      ),
      restart: await run('inspect', '--format', '{{.HostConfig.RestartPolicy.Name}}', ...names),
      images: lines(await run('images', '--no-trunc', '-a', '--format', '{{.Repository}} {{.ID}}')),
      volumes: lines(await run('volume', 'ls', '--format', '{{.Name}} {{.Labels}}')),
      networks: lines(await run('network', 'ls', '--no-trunc', '--format', '{{.Name}} {{.ID}}')),
      address: await run(
        ...['inspect', '--format', '{{.NetworkSettings.Networks.backend.IPAddress}}', 'web'],
      ),
      page: await this.#page(),
      writable: await run('exec', 'web', 'cat', '/note'),
      log: await run('logs', 'ended'),
      project: lines(await run('compose', 'ps', '-q', '--file', await this.#project())),
      order: (await run('exec', 'shop-worker-1', 'head', '-n1', '/orders/list')).trim(),
      settings: JSON.stringify(settings),
    };
  }

  /** The web server's answer on the published port, as soon as it answers. */
  async #page(): Promise<string> {
    for (let attempts = 0; ; attempts++) {
      try {
        return (await (await fetch(`http://127.0.0.1:${this.#port}/`)).text()).trim();
      } catch (error) {
        if (attempts === 60) throw error;
        await sleep(500);
      }
    }
  }

  /** When a container was last started, and the ID of the hypervisor's process. */
  async life(version: BuiltVersion): Promise<{ startedAt: string; pid: number | undefined }> {
    const startedAt = await this.output(
      ...([version, 'inspect', '--format', '{{.State.StartedAt}}', 'web'] as const),
    );
    return { startedAt, pid: (await this.status(version)).pid };
  }

  async status(version: BuiltVersion) {
    const text = await this.output(version, 'machine', 'status', '--format', 'json');
    return machineStatusSchema.parse(JSON.parse(text));
  }

  /** The image that the running VM was booted from: `inputs` of its manifest. */
  async bootedImage(): Promise<string | undefined> {
    return idIn(join(this.#home, 'machines/default/launch.json'), 'image');
  }
}

/** The image of a version. */
export const imageOf = (version: BuiltVersion) => idIn(version.manifest, 'inputs');

async function idIn(path: string, key: string): Promise<string | undefined> {
  const document = z
    .record(z.string(), z.unknown())
    .parse(JSON.parse(await readFile(path, 'utf8')));
  return z.string().optional().parse(document[key]);
}

const lines = (text: string) => text.split('\n').sort().join('\n');
