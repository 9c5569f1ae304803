import { withDryRun } from './compose/dry-run.ts';
import { projectFlags } from './compose/project-flags.ts';
import { kubeFlags } from './kube/kube-flags.ts';
import { kubeVerbs } from './kube/verbs.ts';
import { type Group, notOffered, type Verb, verb } from './verb.ts';

const rm = () => import('./commands/container/rm.ts');
const containerVerbs = {
  attach: verb(
    'Attach local standard input, output, and error streams to a running container',
    () => import('./commands/container/attach.ts'),
  ),
  commit: verb(
    "Create a new image from a container's changes",
    () => import('./commands/container/commit.ts'),
  ),
  cp: verb(
    'Copy files/folders between a container and the local filesystem',
    () => import('./commands/container/cp.ts'),
  ),
  create: verb('Create a new container', () => import('./commands/container/create.ts')),
  diff: verb(
    "Inspect changes to files or directories on a container's filesystem",
    () => import('./commands/container/diff.ts'),
  ),
  exec: verb(
    'Execute a command in a running container',
    () => import('./commands/container/exec.ts'),
  ),
  export: verb(
    "Export a container's filesystem as a tar archive",
    () => import('./commands/container/export.ts'),
  ),
  kill: verb('Kill one or more running containers', () => import('./commands/container/kill.ts')),
  logs: verb('Fetch the logs of a container', () => import('./commands/container/logs.ts')),
  pause: verb(
    'Pause all processes within one or more containers',
    () => import('./commands/container/pause.ts'),
  ),
  port: verb(
    'List port mappings or a specific mapping for the container',
    () => import('./commands/container/port.ts'),
  ),
  rename: verb('Rename a container', () => import('./commands/container/rename.ts')),
  restart: verb('Restart one or more containers', () => import('./commands/container/restart.ts')),
  rm: verb('Remove one or more containers', rm),
  run: verb(
    'Create and run a new container from an image',
    () => import('./commands/container/run.ts'),
  ),
  start: verb(
    'Start one or more stopped containers',
    () => import('./commands/container/start.ts'),
  ),
  stats: verb(
    'Display a live stream of container resource usage statistics',
    () => import('./commands/container/stats.ts'),
  ),
  stop: verb('Stop one or more running containers', () => import('./commands/container/stop.ts')),
  top: verb(
    'Display the running processes of a container',
    () => import('./commands/container/top.ts'),
  ),
  unpause: verb(
    'Unpause all processes within one or more containers',
    () => import('./commands/container/unpause.ts'),
  ),
  update: verb(
    'Update configuration of one or more containers',
    () => import('./commands/container/update.ts'),
  ),
  wait: verb(
    'Block until one or more containers stop, then print their exit codes',
    () => import('./commands/container/wait.ts'),
  ),
};

const ps = () => import('./commands/container/ps.ts');
const images = () => import('./commands/image/images.ts');
const build = verb('Build an image from a Dockerfile', () => import('./commands/image/build.ts'));
const pull = verb('Download an image from a registry', () => import('./commands/image/pull.ts'));
const imageVerbs = {
  history: verb('Show the history of an image', () => import('./commands/image/history.ts')),
  import: verb(
    'Import the contents from a tarball to create a filesystem image',
    () => import('./commands/image/import.ts'),
  ),
  load: verb('Load an image from a tar archive or STDIN', () => import('./commands/image/load.ts')),
  push: verb('Upload an image to a registry', () => import('./commands/image/push.ts')),
  save: verb(
    'Save one or more images to a tar archive (streamed to STDOUT by default)',
    () => import('./commands/image/save.ts'),
  ),
};
const rmi = () => import('./commands/image/rmi.ts');
const tag = verb(
  'Create a tag that refers to an existing image',
  () => import('./commands/image/tag.ts'),
);
const info = verb('Display system-wide information', () => import('./commands/system/info.ts'));
const events = verb(
  'Get real-time events from the engine',
  () => import('./commands/system/events.ts'),
);

/** Commands at the top, under the headings of `berth --help`. */
export const verbs: Readonly<Record<string, Readonly<Record<string, Verb>>>> = {
  'Containers:': { ...containerVerbs, ps: verb('List containers', ps) },
  'Images:': {
    build,
    ...imageVerbs,
    images: verb('List images', images),
    pull,
    rmi: verb('Remove one or more images', rmi),
    search: verb('Search Docker Hub for images', () => import('./commands/image/search.ts')),
    tag,
  },
  'Other commands:': {
    app: verb('Open the app in the browser', () => import('./commands/berth/app.ts')),
    completion: verb(
      'Generate the completion script for a shell',
      () => import('./commands/berth/completion.ts'),
    ),
    doctor: verb(
      'Find problems and suggest how to fix them',
      () => import('./commands/berth/doctor.ts'),
    ),
    diagnose: verb(
      'Collect logs and reports for troubleshooting',
      () => import('./commands/berth/diagnose.ts'),
    ),
    env: verb(
      'Print environment variables for other tools',
      () => import('./commands/berth/env.ts'),
    ),
    events,
    info,
    inspect: verb(
      'Return low-level information on containers, images, networks and volumes',
      () => import('./commands/system/inspect.ts'),
    ),
    login: verb('Authenticate to a registry', () => import('./commands/system/login.ts')),
    logout: verb('Log out from a registry', () => import('./commands/system/logout.ts')),
    uninstall: verb(
      'Remove what Berth added to your system, and its data if you want',
      () => import('./commands/berth/uninstall.ts'),
    ),
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
      prune: verb('Remove build cache', () => import('./commands/image/builder-prune.ts')),
    },
  },
  compose: {
    summary: 'Define and run multi-container applications',
    flags: projectFlags,
    context: withDryRun,
    verbs: {
      attach: verb(
        "Attach local standard input, output, and error streams to a service's running container",
        () => import('./commands/compose/attach.ts'),
      ),
      build: verb('Build or rebuild services', () => import('./commands/compose/build.ts')),
      commit: verb(
        "Create a new image from a service container's changes",
        () => import('./commands/compose/commit.ts'),
      ),
      config: verb(
        'Parse, resolve and render the Compose file in canonical format',
        () => import('./commands/compose/config.ts'),
      ),
      cp: verb(
        'Copy files/folders between a service container and the local filesystem',
        () => import('./commands/compose/cp.ts'),
      ),
      create: verb('Create containers for a service', () => import('./commands/compose/create.ts')),
      down: verb(
        'Stop and remove containers and networks',
        () => import('./commands/compose/down.ts'),
      ),
      events: verb(
        'Receive real time events from containers',
        () => import('./commands/compose/events.ts'),
      ),
      exec: verb(
        'Execute a command in a running container',
        () => import('./commands/compose/exec.ts'),
      ),
      export: verb(
        "Export a service container's filesystem as a tar archive",
        () => import('./commands/compose/export.ts'),
      ),
      images: verb(
        'List images used by the created containers',
        () => import('./commands/compose/images.ts'),
      ),
      kill: verb('Force stop service containers', () => import('./commands/compose/kill.ts')),
      logs: verb('View output from containers', () => import('./commands/compose/logs.ts')),
      ls: verb('List running Compose projects', () => import('./commands/compose/ls.ts')),
      pause: verb('Pause services', () => import('./commands/compose/pause.ts')),
      port: verb(
        'Print the public port for a port binding',
        () => import('./commands/compose/port.ts'),
      ),
      ps: verb('List containers', () => import('./commands/compose/ps.ts')),
      pull: verb('Pull service images', () => import('./commands/compose/pull.ts')),
      push: verb('Push service images', () => import('./commands/compose/push.ts')),
      restart: verb('Restart service containers', () => import('./commands/compose/restart.ts')),
      rm: verb('Remove stopped service containers', () => import('./commands/compose/rm.ts')),
      run: verb('Run a one-off command on a service', () => import('./commands/compose/run.ts')),
      scale: verb('Scale services', () => import('./commands/compose/scale.ts')),
      start: verb('Start services', () => import('./commands/compose/start.ts')),
      stats: verb(
        'Display a live stream of resource usage statistics of containers',
        () => import('./commands/compose/stats.ts'),
      ),
      bridge: notOffered(
        'Convert Compose files into another model',
        async () => (await import('./commands/compose/not-offered.ts')).defineBridge,
      ),
      publish: notOffered(
        'Publish a Compose application',
        async () => (await import('./commands/compose/not-offered.ts')).definePublish,
      ),
      stop: verb('Stop services', () => import('./commands/compose/stop.ts')),
      top: verb('Display the running processes', () => import('./commands/compose/top.ts')),
      unpause: verb('Unpause services', () => import('./commands/compose/unpause.ts')),
      up: verb('Create and start containers', () => import('./commands/compose/up.ts')),
      version: verb(
        'Show the version of Docker Compose that Berth follows',
        () => import('./commands/compose/version.ts'),
      ),
      volumes: verb('List volumes', () => import('./commands/compose/volumes.ts')),
      wait: verb(
        'Wait until containers of services stop',
        () => import('./commands/compose/wait.ts'),
      ),
      watch: verb(
        'Watch build context for service and rebuild/refresh containers when files are updated',
        () => import('./commands/compose/watch.ts'),
      ),
    },
  },
  container: {
    summary: 'Manage containers',
    verbs: {
      ...containerVerbs,
      inspect: {
        summary: 'Display detailed information on one or more containers',
        load: async () => (await import('./commands/system/inspect.ts')).defineForContainers,
      },
      ls: verb('List containers', ps, 'list', 'ps'),
      prune: verb('Remove all stopped containers', () => import('./commands/container/prune.ts')),
      rm: verb('Remove one or more containers', rm, 'remove'),
    },
  },
  context: {
    summary: 'Manage contexts of the docker command',
    verbs: {
      install: verb(
        'Create a docker context for a VM',
        () => import('./commands/context/install.ts'),
      ),
      remove: verb(
        'Remove the docker context of a VM',
        () => import('./commands/context/remove.ts'),
        'rm',
      ),
      use: verb(
        'Create a docker context for a VM and make it the current one',
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
        summary: 'Display detailed information on one or more images',
        load: async () => (await import('./commands/system/inspect.ts')).defineForImages,
      },
      ls: verb('List images', images, 'list'),
      prune: verb('Remove unused images', () => import('./commands/image/prune.ts')),
      pull,
      rm: verb('Remove one or more images', rmi, 'remove'),
      tag,
    },
  },
  kube: {
    summary: 'Run Kubernetes manifests, here or in a cluster',
    flags: kubeFlags,
    verbs: kubeVerbs,
  },
  network: {
    summary: 'Manage networks',
    verbs: {
      connect: verb(
        'Connect a container to a network',
        () => import('./commands/network/connect.ts'),
      ),
      create: verb('Create a network', () => import('./commands/network/create.ts')),
      disconnect: verb(
        'Disconnect a container from a network',
        () => import('./commands/network/disconnect.ts'),
      ),
      inspect: {
        summary: 'Display detailed information on one or more networks',
        load: async () => (await import('./commands/system/inspect.ts')).defineForNetworks,
      },
      ls: verb('List networks', () => import('./commands/network/ls.ts'), 'list'),
      prune: verb('Remove all unused networks', () => import('./commands/network/prune.ts')),
      rm: verb('Remove one or more networks', () => import('./commands/network/rm.ts'), 'remove'),
    },
  },
  system: {
    summary: 'Manage the engine',
    verbs: {
      df: verb('Show disk usage', () => import('./commands/system/df.ts')),
      events,
      info,
      prune: verb('Remove unused data', () => import('./commands/system/prune.ts')),
    },
  },
  volume: {
    summary: 'Manage volumes',
    verbs: {
      create: verb('Create a volume', () => import('./commands/volume/create.ts')),
      inspect: {
        summary: 'Display detailed information on one or more volumes',
        load: async () => (await import('./commands/system/inspect.ts')).defineForVolumes,
      },
      ls: verb('List volumes', () => import('./commands/volume/ls.ts'), 'list'),
      prune: verb('Remove unused local volumes', () => import('./commands/volume/prune.ts')),
      rm: verb('Remove one or more volumes', () => import('./commands/volume/rm.ts'), 'remove'),
    },
  },
  machine: {
    summary: 'Manage virtual machines',
    verbs: {
      cp: verb('Copy files between the host and a VM', () => import('./commands/machine/cp.ts')),
      create: verb('Create a VM', () => import('./commands/machine/create.ts')),
      'link-socket': verb(
        'Make the default Docker socket point to a VM',
        () => import('./commands/machine/link-socket.ts'),
      ),
      ls: verb('List VMs', () => import('./commands/machine/ls.ts'), 'list'),
      rm: verb(
        'Remove a VM with all its containers, images and volumes',
        () => import('./commands/machine/rm.ts'),
        'remove',
      ),
      restart: verb('Restart a VM', () => import('./commands/machine/restart.ts')),
      start: verb('Start a VM', () => import('./commands/machine/start.ts')),
      suspend: verb(
        'Save a running VM to disk, to resume it later',
        () => import('./commands/machine/suspend.ts'),
      ),
      stop: verb(
        'Stop the containers of a VM, then the VM',
        () => import('./commands/machine/stop.ts'),
      ),
      kill: verb(
        'Turn off a VM immediately, as in a power cut',
        () => import('./commands/machine/kill.ts'),
      ),
      status: verb(
        'Show the state and resources of a VM',
        () => import('./commands/machine/status.ts'),
      ),
      ssh: verb(
        'Open a shell in a VM, or run a command there',
        () => import('./commands/machine/ssh.ts'),
      ),
      update: verb(
        'Install a new VM image, or go back to the previous one',
        () => import('./commands/machine/update.ts'),
      ),
      use: verb('Set the current VM', () => import('./commands/machine/use.ts')),
    },
  },
};
