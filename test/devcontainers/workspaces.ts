import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { devUser } from './base-image.ts';

/** What a `devcontainer.json` starts from. */
export const kinds = ['image', 'Dockerfile', 'compose'] as const;
export type Kind = (typeof kinds)[number];

/** Says what `greet` prints in each kind of container: the option of the feature. */
export const greeting = 'good day';

const feature = {
  'devcontainer-feature.json': JSON.stringify({
    ...{ id: 'greet', version: '1.0.0', name: 'Greeter' },
    options: { greeting: { type: 'string', default: 'hello' } },
    containerEnv: { FROM_FEATURE: 'yes' },
  }),
  'install.sh': `#!/bin/sh
set -e
mkdir -p /usr/local/bin
printf '#!/bin/sh\\necho "%s, %s"\\n' "$GREETING" "$_REMOTE_USER" >/usr/local/bin/greet
chmod 755 /usr/local/bin/greet
`,
};

const dockerfile = (base: string) => `FROM ${base}
ARG MADE_FOR=nobody
RUN echo "$MADE_FOR" >/made-for
COPY notes.txt /notes.txt
`;

const composeFile = (name: string, base: string) => `services:
  app:
    build: {context: .., dockerfile: .devcontainer/Dockerfile, args: {MADE_FOR: compose}}
    volumes: ["..:/workspaces/${name}"]
    command: sleep infinity
  beside:
    image: ${base}
    command: sleep infinity
`;

/**
 * Writes a workspace with a local feature, readable by all users, and a folder `out` that all users
 * can write to. Its image begins with `base`.
 */
export async function writeWorkspace(kind: Kind, folder: string, base: string): Promise<void> {
  const name = basename(folder);
  await chmod(folder, 0o755);
  await mkdir(join(folder, 'out'));
  await chmod(join(folder, 'out'), 0o777);
  const common = {
    features: { './greet': { greeting } },
    remoteUser: devUser,
    postCreateCommand: 'id -un >/tmp/created-by',
  };
  const build = { dockerfile: 'Dockerfile', context: '..', args: { MADE_FOR: 'Dockerfile' } };
  const start = {
    image: { image: base },
    Dockerfile: { build, mounts: [{ type: 'volume', source: `${name}-kept`, target: '/kept' }] },
    compose: {
      ...{ dockerComposeFile: 'compose.yaml', service: 'app' },
      workspaceFolder: `/workspaces/${name}`,
    },
  }[kind];
  const files: Record<string, string> = {
    'notes.txt': 'first\n',
    '.devcontainer/devcontainer.json': JSON.stringify({ ...start, ...common }, undefined, 2),
    '.devcontainer/Dockerfile': dockerfile(base),
    '.devcontainer/compose.yaml': composeFile(name, base),
  };
  for (const [file, text] of Object.entries(feature)) files[`.devcontainer/greet/${file}`] = text;
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text, { mode: path.endsWith('.sh') ? 0o755 : 0o644 });
  }
}
