import { type Command, Option } from 'commander';
import { bytes } from '../flags/argument.ts';
import { parseInteger } from '../flags/numbers.ts';
import { collect } from '../flags/repeated.ts';
import { addHealthOptions, type HealthOptions } from './health-options.ts';
import { addIsolationOptions, type IsolationOptions } from './isolation-options.ts';
import { addLimitOptions, type LimitOptions } from './limit-options.ts';

/** The flags of `create` and `run`, by commander's names. Lists keep their order. */
export interface ContainerOptions extends HealthOptions, IsolationOptions, LimitOptions {
  readonly addHost?: readonly string[];
  readonly attach?: readonly string[];
  readonly capAdd?: readonly string[];
  readonly capDrop?: readonly string[];
  readonly cidfile?: string;
  readonly deviceReadBps?: readonly string[];
  readonly deviceReadIops?: readonly string[];
  readonly deviceWriteBps?: readonly string[];
  readonly deviceWriteIops?: readonly string[];
  readonly dns?: readonly string[];
  readonly domainname?: string;
  readonly dnsOption?: readonly string[];
  readonly dnsSearch?: readonly string[];
  readonly entrypoint?: string;
  readonly env?: readonly string[];
  readonly envFile?: readonly string[];
  readonly expose?: readonly string[];
  readonly groupAdd?: readonly string[];
  readonly hostname?: string;
  readonly init?: boolean;
  readonly interactive?: boolean;
  readonly label?: readonly string[];
  readonly labelFile?: readonly string[];
  readonly mount?: readonly string[];
  readonly name?: string;
  readonly ip?: string;
  readonly ip6?: string;
  readonly link?: readonly string[];
  readonly macAddress?: string;
  readonly network?: readonly string[];
  readonly networkAlias?: readonly string[];
  readonly networkRate?: string;
  readonly oomKillDisable?: boolean;
  readonly platform?: string;
  readonly privileged?: boolean;
  readonly publish?: readonly string[];
  readonly publishAll?: boolean;
  readonly pull: 'always' | 'missing' | 'never';
  readonly quiet?: boolean;
  readonly readOnly?: boolean;
  readonly restart?: string;
  readonly rm?: boolean;
  /** Bytes. */
  readonly shmSize?: number;
  readonly stopSignal?: string;
  /** Seconds. */
  readonly stopTimeout?: number;
  readonly sysctl?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly tty?: boolean;
  readonly ulimit?: readonly string[];
  readonly user?: string;
  readonly volume?: readonly string[];
  readonly workdir?: string;
}

const pullOption = new Option(
  '--pull <when>',
  'When to pull the image before creating the container',
)
  .choices(['always', 'missing', 'never'])
  .default('missing');

/** The operands and the flags that `create` and `run` share. Flags end at the image. */
export function addContainerOptions(command: Command): Command {
  return addHealthOptions(
    addIsolationOptions(addLimitOptions(addOwnOptions(command))),
  ).configureHelp({
    sortOptions: true,
  });
}

function addOwnOptions(command: Command): Command {
  return (
    command
      .argument('<image>')
      .argument('[command]')
      .argument('[arg...]')
      .passThroughOptions()
      // -h is the host name here.
      .helpOption('--help', 'Show this help')
      .option('--add-host <host:ip>', 'Add a custom host-to-IP mapping', collect)
      .option('-a, --attach <stream>', 'Attach to STDIN, STDOUT or STDERR', collect)
      .option('--cap-add <capability>', 'Add Linux capabilities', collect)
      .option('--cap-drop <capability>', 'Drop Linux capabilities', collect)
      .option('--cidfile <file>', 'Write the container ID to the file')
      .option(
        '--device-read-bps <device:rate>',
        'Limit read rate (bytes per second) from a device',
        collect,
      )
      .option(
        '--device-read-iops <device:rate>',
        'Limit read rate (IO per second) from a device',
        collect,
      )
      .option(
        '--device-write-bps <device:rate>',
        'Limit write rate (bytes per second) to a device',
        collect,
      )
      .option(
        '--device-write-iops <device:rate>',
        'Limit write rate (IO per second) to a device',
        collect,
      )
      .option('--dns <address>', 'Set custom DNS servers', collect)
      .option('--domainname <name>', 'Container NIS domain name')
      .option('--dns-option <option>', 'Set DNS options, e.g. ndots:2', collect)
      .option('--dns-search <domain>', 'Set custom DNS search domains', collect)
      .option('--entrypoint <command>', 'Overwrite the default ENTRYPOINT of the image')
      .option('-e, --env <name[=value]>', 'Set environment variables', collect)
      .option('--env-file <file>', 'Read in a file of environment variables', collect)
      .option('--expose <port>', 'Expose a port or a range of ports', collect)
      .option('--group-add <group>', 'Add additional groups to join', collect)
      .option('-h, --hostname <name>', 'Container host name')
      .option(
        '--init',
        'Run an init inside the container that forwards signals and reaps processes',
      )
      .option('-i, --interactive', 'Keep STDIN open even if not attached')
      .option('--ip <address>', 'IPv4 address, e.g. 172.30.100.104')
      .option('--ip6 <address>', 'IPv6 address, e.g. 2001:db8::33')
      .option('-l, --label <name=value>', 'Set meta data on a container', collect)
      .option('--label-file <file>', 'Read in a line delimited file of labels', collect)
      .option('--link <container[:alias]>', 'Add link to another container', collect)
      .option('--mac-address <address>', 'Container MAC address, e.g. 92:d0:c6:0a:29:33')
      .option(
        '--mount <mount>',
        'Attach a filesystem mount to the container: type=...,source=...,target=...',
        collect,
      )
      .option('--name <name>', 'Assign a name to the container')
      .option(
        '--network <network>',
        'Connect a container to a network: NAME or name=...,alias=...,ip=...',
        collect,
      )
      .option('--network-alias <name>', 'Add network-scoped alias for the container', collect)
      .option(
        '--network-rate <rate>',
        'Limit network traffic, e.g. 10mbit or egress=5mbit,ingress=20mbit',
      )
      .option('--oom-kill-disable', 'Accepted, but has no effect')
      .option('--platform <platform>', 'Set the platform of the image, e.g. linux/arm64')
      .option('--privileged', 'Give extended privileges to this container')
      .option(
        '-p, --publish <ports>',
        "Publish a container's port(s) to the host: [[IP:][HOST]:]CONTAINER[/PROTOCOL]",
        collect,
      )
      .option('-P, --publish-all', 'Publish all exposed ports to random ports')
      .addOption(pullOption)
      .option('-q, --quiet', 'Suppress the pull output')
      .option('--read-only', "Mount the container's root filesystem as read only")
      .option(
        '--restart <policy>',
        'Restart policy: no, always, unless-stopped or on-failure[:count]',
      )
      .option('--rm', 'Automatically remove the container when it exits')
      .option('--shm-size <size>', 'Size of /dev/shm', bytes)
      .option('--stop-signal <signal>', 'Signal to stop the container')
      .option('--stop-timeout <seconds>', 'Timeout (in seconds) to stop a container', parseInteger)
      .option('--sysctl <name=value>', 'Sysctl options', collect)
      .option('--tmpfs <path[:options]>', 'Mount a tmpfs directory', collect)
      .option('-t, --tty', 'Allocate a pseudo-TTY')
      .option('--ulimit <name=soft[:hard]>', 'Ulimit options', collect)
      .option('-u, --user <user>', 'Username or UID: NAME|UID[:GROUP|GID]')
      .option(
        '-v, --volume <volume>',
        'Mount a volume or a host folder: [SOURCE:]PATH[:ro]',
        collect,
      )
      .option('-w, --workdir <path>', 'Working directory inside the container')
  );
}
