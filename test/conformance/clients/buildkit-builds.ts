import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import Docker from 'dockerode';
import { pack } from 'tar-stream';
import { GenericContainer } from 'testcontainers';

/** Builds with BuildKit through `dockerode` and Testcontainers, which don't speak its protocol. */
process.env.TESTCONTAINERS_RYUK_DISABLED = 'true';
const docker = new Docker({ socketPath: process.env.DOCKER_HOST?.replace('unix://', '') });

const dockerfile = `FROM box
RUN --mount=type=cache,target=/c echo built >/built
CMD ["sh", "-c", "cat /built; sleep 1000"]
`;

interface Line {
  readonly id?: string;
  readonly error?: string;
}

async function build(text: string): Promise<readonly Line[]> {
  const context = pack();
  context.entry({ name: 'Dockerfile' }, text);
  context.finalize();
  const options = { version: '2', t: 'made:sdk' } as const;
  const stream = await docker.buildImage(Readable.from(context), options);
  return new Promise((resolve, reject) => {
    docker.modem.followProgress(stream, (error: Error | null, lines: Line[]) =>
      error === null ? resolve(lines) : reject(error),
    );
  });
}

const lines = await build(dockerfile);
console.log([...new Set(lines.map(({ id }) => id))].join(' '));
const { Config } = await docker.getImage('made:sdk').inspect();
console.log(Config.Cmd?.join(' '));
console.log((await build('FROM box\nRUN exit 5\n')).at(-1)?.error);

const directory = await mkdtemp(join(tmpdir(), 'context-'));
await writeFile(join(directory, 'Dockerfile'), dockerfile);
const image = await GenericContainer.fromDockerfile(directory).withBuildkit().build('made:tc');
const container = await image.start();
const { output } = await container.exec(['cat', '/built']);
process.stdout.write(output);
await container.stop();
