import { FakeEngine } from '../../../../guest-agent/testing/fake-engine/fake-engine.ts';
import type { Program } from '../../../../guest-agent/testing/fake-engine/fake-process.ts';
import { server } from '../../../../guest-agent/testing/fake-engine/programs.ts';
import { StandInBuildkit } from '../../buildkit/testing/stand-in-buildkit.ts';

/** A service that says what it is and stays up. */
const service: Program = (process) => {
  process.write('stdout', `${process.container} is ready\nlistening on port 80\n`);
  return server(process);
};

/**
 * The fake engine with two images, `busybox` and `redis`, as tests of projects look at it. It keeps
 * account of what was done, in order.
 */
export class ProjectEngine {
  readonly fake: FakeEngine;
  /** `create shop-web-1`, `start shop-web-1`, `network shop_default`, ... */
  readonly done: string[] = [];

  /** What builds do. They make nothing unless a test says so. */
  readonly buildkit = new StandInBuildkit();

  private constructor(fake: FakeEngine) {
    this.fake = fake;
    this.buildkit.replace(fake);
  }

  static async start(): Promise<ProjectEngine> {
    const engine = new ProjectEngine(await FakeEngine.start([]));
    const { fake } = engine;
    fake.program('service', service);
    for (const name of ['busybox', 'redis']) {
      await fake.addImage(name, { config: { Cmd: ['service'] } });
    }
    fake.offerImage('nginx', { config: { Cmd: ['service'] } });
    fake.engine.events.listen(({ type, action, attributes: { name } }) => {
      if (type === 'container' && /^(create|start|stop|rename|destroy)$/.test(action)) {
        engine.done.push(`${action} ${name}`);
      }
      if (type === 'image' && action === 'pull') engine.done.push(`pull ${name}`);
    });
    // A volume's event has its name as the ID.
    fake.engine.events.listen(({ type, action, id, attributes: { name = id } }) => {
      if (type !== 'network' && type !== 'volume') return;
      if (action === 'create') engine.done.push(`${type} ${name}`);
      if (action === 'destroy') engine.done.push(`remove ${type} ${name}`);
    });
    return engine;
  }

  get socket(): string {
    return this.fake.socket;
  }

  /** Containers as `name state`, by name. */
  states(): string[] {
    return this.#containers.map(({ name, state }) => `${name} ${state.status}`).sort();
  }

  /** The ID of a container. */
  idOf(name: string): string | undefined {
    return this.#containers.find((container) => container.name === name)?.id;
  }

  /** Networks and volumes, of those that are not always there. */
  networks(): string[] {
    const names = this.fake.engine.networks.list().map(({ name }) => name);
    return names.filter((name) => !['bridge', 'host', 'none'].includes(name));
  }

  volumes(): string[] {
    return this.fake.engine.volumes.list().map(({ name }) => name);
  }

  close(): Promise<void> {
    return this.fake.close();
  }

  get #containers() {
    return this.fake.engine.containers.all().map(({ record }) => record);
  }
}
