import { type Command, Option } from 'commander';
import { bytes } from '../flags/argument.ts';
import { parseInteger } from '../flags/numbers.ts';
import { collect } from '../flags/repeated.ts';
import { addHealthOptions, type HealthOptions } from './health-options.ts';
import { addIsolationOptions, type IsolationOptions } from './isolation-options.ts';
import { addLimitOptions, type LimitOptions } from './limit-options.ts';

/** What the flags of `create` and `run` say, by commander's names. Lists keep their order. */
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

const pullOption = new Option('--pull <when>', 'Pull the image before creating the container')
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
      .option('--add-host <host:ip>', 'Add a line to /etc/hosts', collect)
      .option('-a, --attach <stream>', 'Attach to stdin, stdout or stderr', collect)
      .option('--cap-add <capability>', 'Add a Linux capability', collect)
      .option('--cap-drop <capability>', 'Drop a Linux capability', collect)
      .option('--cidfile <file>', 'Write the container ID to a file')
      .option('--device-read-bps <device:rate>', 'Limit reading, in bytes a second', collect)
      .option('--device-read-iops <device:rate>', 'Limit reading, in operations a second', collect)
      .option('--device-write-bps <device:rate>', 'Limit writing, in bytes a second', collect)
      .option('--device-write-iops <device:rate>', 'Limit writing, in operations a second', collect)
      .option('--dns <address>', 'Use this DNS server', collect)
      .option('--domainname <name>', 'Domain name of the container')
      .option('--dns-option <option>', 'Option of the resolver, as in ndots:2', collect)
      .option('--dns-search <domain>', 'Look names up in this domain', collect)
      .option('--entrypoint <command>', "Replace the image's ENTRYPOINT")
      .option('-e, --env <name[=value]>', 'Set an environment variable', collect)
      .option('--env-file <file>', 'Read environment variables from a file', collect)
      .option('--expose <port>', 'Expose a port or a range of ports', collect)
      .option('--group-add <group>', 'Run with an additional group', collect)
      .option('-h, --hostname <name>', 'Host name of the container')
      .option('--init', 'Run an init that forwards signals and reaps processes')
      .option('-i, --interactive', 'Keep stdin open')
      .option('--ip <address>', 'IPv4 address on the network')
      .option('--ip6 <address>', 'IPv6 address on the network')
      .option('-l, --label <name=value>', 'Set a label', collect)
      .option('--label-file <file>', 'Read labels from a file', collect)
      .option('--link <container[:alias]>', 'Know another container by name', collect)
      .option('--mac-address <address>', 'MAC address on the network')
      .option(
        '--mount <mount>',
        'Mount a volume or a tmpfs: type=...,source=...,target=...',
        collect,
      )
      .option('--name <name>', 'Name of the container')
      .option('--network <network>', 'Network to join: NAME or name=...,alias=...,ip=...', collect)
      .option('--network-alias <name>', 'One more name on the network', collect)
      .option('--network-rate <rate>', 'Limit traffic, as in 10mbit or egress=5mbit,ingress=20mbit')
      .option('--oom-kill-disable', 'Do not kill it when memory runs out')
      .option('--platform <platform>', 'Platform of the image, as in linux/arm64')
      .option('--privileged', 'Give it all capabilities and devices')
      .option(
        '-p, --publish <ports>',
        'Publish a port: [[IP:][HOST]:]CONTAINER[/PROTOCOL]',
        collect,
      )
      .option('-P, --publish-all', 'Publish every exposed port, to any that are free')
      .addOption(pullOption)
      .option('-q, --quiet', 'Do not show the progress of a pull')
      .option('--read-only', "Make the container's root read-only")
      .option('--restart <policy>', 'no, always, unless-stopped or on-failure[:count]')
      .option('--rm', 'Remove the container when it ends')
      .option('--shm-size <size>', 'Size of /dev/shm', bytes)
      .option('--stop-signal <signal>', 'Signal that stops it')
      .option('--stop-timeout <seconds>', 'Time to stop before it is killed', parseInteger)
      .option('--sysctl <name=value>', 'Set a kernel parameter of its namespaces', collect)
      .option('--tmpfs <path[:options]>', 'Mount a tmpfs', collect)
      .option('-t, --tty', 'Give it a terminal')
      .option('--ulimit <name=soft[:hard]>', 'Set a resource limit', collect)
      .option('-u, --user <user>', 'User (and group) to run as: NAME|UID[:GROUP|GID]')
      .option('-v, --volume <volume>', 'Mount a volume: [NAME:]PATH[:ro]', collect)
      .option('-w, --workdir <path>', 'Working directory in the container')
  );
}
