import type { Command } from 'commander';
import type { CliContext } from './context.ts';

/** Gives a command its operands, flags and action. */
export type Define = (command: Command, context: CliContext) => void;

/** A command of the table. Its module is loaded only when it is the one that is run. */
export interface Verb {
  readonly summary: string;
  readonly load: () => Promise<Define>;
  readonly aliases?: readonly string[];
}

/** A command that only holds others: `berth container ...`. */
export interface Group {
  readonly summary: string;
  readonly verbs: Readonly<Record<string, Verb>>;
}

const verb = (
  summary: string,
  load: () => Promise<{ define: Define }>,
  ...aliases: string[]
): Verb => ({ summary, load: async () => (await load()).define, aliases });

const rm = () => import('./commands/container/rm.ts');
const containerVerbs = {
  attach: verb('Connect to a running container', () => import('./commands/container/attach.ts')),
  commit: verb('Make an image of a container', () => import('./commands/container/commit.ts')),
  cp: verb('Copy files into a container or out of it', () => import('./commands/container/cp.ts')),
  create: verb(
    'Create a container without starting it',
    () => import('./commands/container/create.ts'),
  ),
  diff: verb(
    'Show which files of a container changed',
    () => import('./commands/container/diff.ts'),
  ),
  exec: verb('Run a command in a running container', () => import('./commands/container/exec.ts')),
  export: verb(
    "Write a container's files as a tar",
    () => import('./commands/container/export.ts'),
  ),
  kill: verb(
    'End containers at once, or send a signal',
    () => import('./commands/container/kill.ts'),
  ),
  logs: verb('Show what a container has written', () => import('./commands/container/logs.ts')),
  pause: verb('Freeze the processes of containers', () => import('./commands/container/pause.ts')),
  port: verb(
    'Show the published ports of a container',
    () => import('./commands/container/port.ts'),
  ),
  rename: verb('Give a container another name', () => import('./commands/container/rename.ts')),
  restart: verb('Stop and start containers', () => import('./commands/container/restart.ts')),
  rm: verb('Remove containers', rm),
  run: verb('Create a container and start it', () => import('./commands/container/run.ts')),
  start: verb('Start stopped containers', () => import('./commands/container/start.ts')),
  stats: verb('Show what containers use', () => import('./commands/container/stats.ts')),
  stop: verb('Stop containers', () => import('./commands/container/stop.ts')),
  top: verb('Show the processes in a container', () => import('./commands/container/top.ts')),
  unpause: verb('Let frozen containers go on', () => import('./commands/container/unpause.ts')),
  update: verb('Change the limits of containers', () => import('./commands/container/update.ts')),
  wait: verb(
    'Wait for containers to end, and show exit codes',
    () => import('./commands/container/wait.ts'),
  ),
};

const ps = () => import('./commands/container/ps.ts');
const images = () => import('./commands/image/images.ts');
const build = verb('Build an image from a Dockerfile', () => import('./commands/image/build.ts'));
const pull = verb('Download an image', () => import('./commands/image/pull.ts'));
const imageVerbs = {
  history: verb('Show how an image was made', () => import('./commands/image/history.ts')),
  import: verb('Make an image of a tar of files', () => import('./commands/image/import.ts')),
  load: verb('Load images from an archive', () => import('./commands/image/load.ts')),
  push: verb('Upload an image', () => import('./commands/image/push.ts')),
  save: verb('Write images to an archive', () => import('./commands/image/save.ts')),
};
const rmi = () => import('./commands/image/rmi.ts');
const tag = verb('Give an image one more name', () => import('./commands/image/tag.ts'));
const info = verb(
  'Show what the engine says about itself',
  () => import('./commands/system/info.ts'),
);
const events = verb('Show events as they happen', () => import('./commands/system/events.ts'));

/** Commands at the top, under the headings of `berth --help`. */
export const verbs: Readonly<Record<string, Readonly<Record<string, Verb>>>> = {
  'Containers:': { ...containerVerbs, ps: verb('List containers', ps) },
  'Images:': {
    build,
    ...imageVerbs,
    images: verb('List images', images),
    pull,
    rmi: verb('Remove images', rmi),
    search: verb('Search Docker Hub for images', () => import('./commands/image/search.ts')),
    tag,
  },
  'Everything else:': {
    app: verb('Open the app in the browser', () => import('./commands/berth/app.ts')),
    completion: verb(
      'Print the completion script of a shell',
      () => import('./commands/berth/completion.ts'),
    ),
    doctor: verb('Find out what is wrong', () => import('./commands/berth/doctor.ts')),
    diagnose: verb(
      'Collect what helps to find a fault',
      () => import('./commands/berth/diagnose.ts'),
    ),
    env: verb(
      'Print what has other tools speak to a machine',
      () => import('./commands/berth/env.ts'),
    ),
    events,
    info,
    inspect: verb(
      'Show all that is known of an object',
      () => import('./commands/system/inspect.ts'),
    ),
    login: verb('Log in to a registry', () => import('./commands/system/login.ts')),
    logout: verb('Log out from a registry', () => import('./commands/system/logout.ts')),
    version: verb(
      'Show the versions of Berth and its engine',
      () => import('./commands/system/version.ts'),
    ),
  },
};

export const groups: Readonly<Record<string, Group>> = {
  builder: {
    summary: 'Manage builds',
    verbs: {
      build,
      prune: verb('Remove the build cache', () => import('./commands/image/builder-prune.ts')),
    },
  },
  compose: {
    summary: 'Manage containers that belong together',
    verbs: {
      build: verb('Build the images of services', () => import('./commands/compose/build.ts')),
      config: verb(
        'Show the project in its long form',
        () => import('./commands/compose/config.ts'),
      ),
      down: verb('Stop and remove a project', () => import('./commands/compose/down.ts')),
      logs: verb('Show what services have written', () => import('./commands/compose/logs.ts')),
      ps: verb('List the containers of a project', () => import('./commands/compose/ps.ts')),
      pull: verb('Download the images of services', () => import('./commands/compose/pull.ts')),
      restart: verb('Stop and start services', () => import('./commands/compose/restart.ts')),
      start: verb('Start stopped services', () => import('./commands/compose/start.ts')),
      stop: verb('Stop services', () => import('./commands/compose/stop.ts')),
      up: verb('Bring a project to what its file says', () => import('./commands/compose/up.ts')),
    },
  },
  container: {
    summary: 'Manage containers',
    verbs: {
      ...containerVerbs,
      inspect: {
        summary: 'Show all that is known of containers',
        load: async () => (await import('./commands/system/inspect.ts')).defineForContainers,
      },
      ls: verb('List containers', ps, 'list', 'ps'),
      prune: verb('Remove all stopped containers', () => import('./commands/container/prune.ts')),
      rm: verb('Remove containers', rm, 'remove'),
    },
  },
  context: {
    summary: 'Have docker speak to a machine',
    verbs: {
      install: verb(
        "Make docker's context of a machine",
        () => import('./commands/context/install.ts'),
      ),
      remove: verb(
        "Take docker's context away",
        () => import('./commands/context/remove.ts'),
        'rm',
      ),
      use: verb(
        "Make docker's context, and the current one",
        () => import('./commands/context/use.ts'),
      ),
    },
  },
  image: {
    summary: 'Manage images',
    verbs: {
      build,
      ...imageVerbs,
      inspect: {
        summary: 'Show all that is known of images',
        load: async () => (await import('./commands/system/inspect.ts')).defineForImages,
      },
      ls: verb('List images', images, 'list'),
      prune: verb('Remove unused images', () => import('./commands/image/prune.ts')),
      pull,
      rm: verb('Remove images', rmi, 'remove'),
      tag,
    },
  },
  network: {
    summary: 'Manage networks',
    verbs: {
      connect: verb('Put a container on a network', () => import('./commands/network/connect.ts')),
      create: verb('Create a network', () => import('./commands/network/create.ts')),
      disconnect: verb(
        'Take a container off a network',
        () => import('./commands/network/disconnect.ts'),
      ),
      inspect: {
        summary: 'Show all that is known of networks',
        load: async () => (await import('./commands/system/inspect.ts')).defineForNetworks,
      },
      ls: verb('List networks', () => import('./commands/network/ls.ts'), 'list'),
      prune: verb('Remove all unused networks', () => import('./commands/network/prune.ts')),
      rm: verb('Remove networks', () => import('./commands/network/rm.ts'), 'remove'),
    },
  },
  system: {
    summary: 'Manage the engine',
    verbs: {
      df: verb('Show how much space is used', () => import('./commands/system/df.ts')),
      events,
      info,
      prune: verb('Remove what is not used', () => import('./commands/system/prune.ts')),
    },
  },
  volume: {
    summary: 'Manage volumes',
    verbs: {
      create: verb('Create a volume', () => import('./commands/volume/create.ts')),
      inspect: {
        summary: 'Show all that is known of volumes',
        load: async () => (await import('./commands/system/inspect.ts')).defineForVolumes,
      },
      ls: verb('List volumes', () => import('./commands/volume/ls.ts'), 'list'),
      prune: verb('Remove unused volumes', () => import('./commands/volume/prune.ts')),
      rm: verb('Remove volumes', () => import('./commands/volume/rm.ts'), 'remove'),
    },
  },
  machine: {
    summary: 'Manage virtual machines',
    verbs: {
      cp: verb('Copy files into a machine or out of it', () => import('./commands/machine/cp.ts')),
      create: verb('Make one more machine', () => import('./commands/machine/create.ts')),
      'link-socket': verb(
        'Link the place where tools look for Docker',
        () => import('./commands/machine/link-socket.ts'),
      ),
      ls: verb('List machines', () => import('./commands/machine/ls.ts'), 'list'),
      rm: verb(
        'Remove a machine and all that is in it',
        () => import('./commands/machine/rm.ts'),
        'remove',
      ),
      restart: verb(
        'Stop the machine and start it again',
        () => import('./commands/machine/restart.ts'),
      ),
      start: verb('Start the machine', () => import('./commands/machine/start.ts')),
      suspend: verb(
        'Save the machine with all that runs in it, and end it',
        () => import('./commands/machine/suspend.ts'),
      ),
      stop: verb('Stop its containers and the machine', () => import('./commands/machine/stop.ts')),
      kill: verb('End the machine at once', () => import('./commands/machine/kill.ts')),
      status: verb('Show how the machine is', () => import('./commands/machine/status.ts')),
      ssh: verb('Open a shell in the machine', () => import('./commands/machine/ssh.ts')),
      use: verb('Choose the machine to speak to', () => import('./commands/machine/use.ts')),
    },
  },
};
