import { writeTar } from '../../../guest-agent/store/testing/tar-writer.ts';
import { ask } from '../../fixtures/ask.ts';
import { file, PAYLOAD, symlink } from '../archives/archive.ts';
import { BOX, withContainer } from '../engine/box.ts';
import type { HostileEngine } from '../engine/start.ts';
import { poisonCache, removeMountPoint, swapInCache } from './builds.ts';
import { runIn, withImage } from './container.ts';
import { askNames, reachProgramOfContainer, swapSubpath } from './reach.ts';

export interface Cve {
  readonly number: string;
  /** The program that had the fault, and the way that it was used. */
  readonly about: string;
  /** Resolves to what is wrong. What changes outside of containers is found after each case. */
  attack(engine: HostileEngine): Promise<readonly string[]>;
}

/** Wrong unless the output is as wanted, or the container was refused. */
const check = (what: string, isRight: boolean) => (isRight ? [] : [what]);
const CORE_PATTERN = `|/tmp/${PAYLOAD}`;

/** A container's output must not contain this text. */
const never =
  (script: string, wrong: RegExp, request: object = {}) =>
  async ({ socket }: HostileEngine): Promise<string[]> => {
    const { output } = await runIn(socket, script, request);
    return check(output, !wrong.test(output));
  };

/** A container's output must contain this text. */
const always =
  (script: string, right: RegExp, request: object = {}) =>
  async ({ socket }: HostileEngine): Promise<string[]> => {
    const { output, refused } = await runIn(socket, script, request);
    return check(refused ?? output, right.test(output));
  };

/** The container must not start with this request. */
const refuses =
  (request: object) =>
  async ({ socket }: HostileEngine): Promise<string[]> => {
    const { refused, output } = await runIn(socket, 'echo it runs', request);
    return check(output, refused !== undefined);
  };

/** Writes to what a link in the image leads to must not reach the kernel's settings. */
const linkedImage =
  (link: string, target: string) =>
  async ({ socket }: HostileEngine): Promise<string[]> =>
    withImage(socket, [symlink(link, target)], async (image) => {
      const script = `echo '${CORE_PATTERN}' >/${link}; echo "is: $(cat /proc/sys/kernel/core_pattern)"`;
      const { output } = await runIn(socket, script, {}, image);
      return check(output, !new RegExp(`is: .*${PAYLOAD}`).test(output));
    });

const noCapabilities = always('grep CapInh /proc/self/status', /CapInh:\s+0+\s/);

/** Faults of other engines, each tried on this one. */
export const cves: readonly Cve[] = [
  {
    number: 'CVE-2018-15664',
    about: 'Docker: cp through a link that a container swaps',
    attack: swapDuringCopy,
  },
  {
    number: 'CVE-2019-5736',
    about: 'runc: a container overwrites the runtime through /proc/self/exe',
    attack: never(
      'for p in /proc/[0-9]*/exe; do echo x >$p && echo overwritten $p; done; exec /proc/self/exe true',
      /overwritten \/proc\/1\b/,
    ),
  },
  {
    number: 'CVE-2019-10152',
    about: 'Podman: cp follows a link of the container',
    attack: copyThroughLink,
  },
  {
    number: 'CVE-2019-13139',
    about: 'Docker: options of git in the address of a build',
    attack: gitOption,
  },
  {
    number: 'CVE-2019-14271',
    about: 'Docker: cp loads a library of the container',
    attack: copyWithLibrary,
  },
  {
    number: 'CVE-2019-16884',
    about: 'runc: a volume over /proc',
    attack: refuses({ HostConfig: { Tmpfs: { '/proc': '' } } }),
  },
  {
    number: 'CVE-2019-19921',
    about: 'runc: /proc of the image is a link',
    attack: linkedImage('evil', '/proc/sys/kernel/core_pattern'),
  },
  {
    number: 'CVE-2020-15257',
    about: 'containerd: sockets without a file, in the network of the host',
    attack: never('cat /proc/net/unix', /@.*(?:berth|conmon|containerd|shim)/, {
      HostConfig: { NetworkMode: 'host' },
    }),
  },
  {
    number: 'CVE-2020-13401',
    about: 'Docker: router advertisements of a container',
    attack: never('cat /proc/sys/net/ipv6/conf/eth0/accept_ra', /^[12]/),
  },
  {
    number: 'CVE-2020-27534',
    about: 'Docker: a Dockerfile outside of the context',
    attack: dockerfileOutside,
  },
  {
    number: 'CVE-2021-25741',
    about: 'Kubernetes: a directory of a volume that a container swaps',
    attack: swapSubpath,
  },
  {
    number: 'CVE-2021-41091',
    about: 'Docker: other users reach programs of containers',
    attack: reachProgramOfContainer,
  },
  {
    number: 'CVE-2021-30465',
    about: 'runc: a mount point below a link in a volume',
    attack: mountBelowLink,
  },
  {
    number: 'CVE-2022-0185',
    about: 'Linux: file systems in a user namespace',
    attack: never('unshare -U true && echo has a user namespace', /has a user namespace/),
  },
  {
    number: 'CVE-2022-0492',
    about: 'Linux: release_agent of a control group',
    attack: never(
      'mkdir /m; mount -t cgroup -o memory c /m && echo mounted; unshare -Urm mount -t cgroup2 c /m && echo mounted; echo x >/sys/fs/cgroup/release_agent && echo written',
      /^(?:mounted|written)/m,
    ),
  },
  {
    number: 'CVE-2022-0811',
    about: 'CRI-O: a setting of the kernel in the value of another',
    attack: refuses({
      HostConfig: {
        Sysctls: { 'kernel.shm_rmid_forced': `1+kernel.core_pattern=${CORE_PATTERN}` },
      },
    }),
  },
  {
    number: 'CVE-2022-23648',
    about: 'containerd: a volume of the image with a name outside of it',
    attack: volumeOutside,
  },
  { number: 'CVE-2022-24769', about: 'Docker: inheritable capabilities', attack: noCapabilities },
  {
    number: 'CVE-2022-27649',
    about: 'Podman: inheritable capabilities',
    attack: always('sh -c "grep CapInh /proc/self/status"', /CapInh:\s+0+\s/, { User: '1000' }),
  },
  {
    number: 'CVE-2022-29162',
    about: 'runc: inheritable capabilities of exec',
    attack: always('grep -h CapInh /proc/1/status', /CapInh:\s+0+\s/),
  },
  {
    number: 'CVE-2022-36109',
    about: 'Docker: groups of the engine stay with a user',
    attack: always('grep Groups /proc/self/status', /Groups:\s+1000\s*$/m, { User: '1000:1000' }),
  },
  {
    number: 'CVE-2023-27561',
    about: 'runc: /proc of the image is a link to a file of a volume',
    attack: linkedImage('evil', '/proc/self/root/proc/sys/kernel/core_pattern'),
  },
  {
    number: 'CVE-2023-28642',
    about: 'runc: masked files through a link',
    attack: never(
      'ln -s /proc /p; head -c 4 /p/kcore | grep -q ELF && echo unmasked; cat /p/keys | grep -q . && echo unmasked',
      /unmasked/,
    ),
  },
  {
    number: 'CVE-2024-21626',
    about: 'runc: a working directory by a descriptor of the engine',
    attack: workingDirectoryByDescriptor,
  },
  {
    number: 'CVE-2024-23651',
    about: 'BuildKit: a directory of a cache that a build swaps',
    attack: swapInCache,
  },
  {
    number: 'CVE-2024-23652',
    about: 'BuildKit: the place of a mount below a link is removed',
    attack: removeMountPoint,
  },
  {
    number: 'CVE-2024-24557',
    about: 'Docker: an image from elsewhere in the cache of builds',
    attack: poisonCache,
  },
  {
    number: 'CVE-2024-29018',
    about: 'Docker: names leave an internal network',
    attack: askNames,
  },
  {
    number: 'CVE-2024-23653',
    about: 'BuildKit: a build step with all privileges',
    attack: insecureBuild,
  },
  {
    number: 'CVE-2024-45310',
    about: 'runc: files made on the host for mounts',
    attack: mountBelowLink,
  },
  {
    number: 'CVE-2025-31133',
    about: 'runc: /dev/null of the image is a link',
    attack: linkedImage('dev/null', '/proc/sys/kernel/core_pattern'),
  },
  {
    number: 'CVE-2025-52565',
    about: 'runc: /dev/console of the image is a link',
    attack: linkedImage('dev/console', '/proc/sys/kernel/core_pattern'),
  },
  {
    number: 'CVE-2025-52881',
    about: 'runc: a file system over /proc/self/attr',
    attack: refuses({ HostConfig: { Tmpfs: { '/proc/self/attr': '' } } }),
  },
];

/** Copies into a directory that the container replaces by a link to a directory of the engine. */
async function swapDuringCopy({ socket }: HostileEngine): Promise<string[]> {
  const script = 'mkdir /a; while :; do mv /a /b; ln -s /proc/1/root/run /a; rm /a; mv /b /a; done';
  const body = writeTar([file(PAYLOAD)]);
  await withContainer(
    socket,
    BOX,
    async (id) => {
      await ask(socket, { method: 'POST', path: `/containers/${id}/start` });
      for (let count = 0; count < 60; count++) {
        await ask(socket, { method: 'PUT', path: `/containers/${id}/archive?path=/a`, body });
      }
    },
    { Cmd: ['sh', '-c', script] },
  );
  return [];
}

async function copyThroughLink({ socket }: HostileEngine): Promise<string[]> {
  return withImage(socket, [symlink('out', '/proc/1/root/etc')], (image) =>
    withContainer(socket, image, async (id) => {
      const { text } = await ask(socket, {
        path: `/containers/${id}/archive?path=/out/nftables.conf`,
      });
      return check(text, !text.includes('chain'));
    }),
  );
}

async function gitOption({ socket }: HostileEngine): Promise<string[]> {
  const remote = encodeURIComponent(`--upload-pack=touch /tmp/${PAYLOAD}.git#x`);
  const { status, text } = await ask(socket, { method: 'POST', path: `/build?remote=${remote}` });
  return check(text, status >= 400 || text.includes('error'));
}

async function copyWithLibrary({ socket }: HostileEngine): Promise<string[]> {
  const library = {
    name: 'lib/x86_64-linux-gnu/libnss_files.so.2',
    content: 'not a library',
    mode: 0o755,
  };
  return withImage(socket, [library], (image) =>
    withContainer(socket, image, async (id) => {
      const { status, text } = await ask(socket, { path: `/containers/${id}/archive?path=/lib` });
      return check(text.slice(0, 200), status === 200);
    }),
  );
}

async function dockerfileOutside({ socket }: HostileEngine): Promise<string[]> {
  const body = writeTar([symlink('link', '/etc/passwd')]);
  const tried = ['../../../../etc/passwd', '/etc/passwd', 'link'].map((path) =>
    ask(socket, { method: 'POST', path: `/build?dockerfile=${encodeURIComponent(path)}`, body }),
  );
  const answers = await Promise.all(tried);
  return answers.flatMap(({ text, status }) =>
    check(text, status >= 400 && !text.includes('root:x')),
  );
}

/** Mounts at a place that a link of the volume leads out of the container. */
async function mountBelowLink({ socket }: HostileEngine): Promise<string[]> {
  const link = `ln -s /proc/1/root/run /v/out`;
  const volume = { HostConfig: { Binds: [`${PAYLOAD}:/v`] } };
  await runIn(socket, link, volume);
  await runIn(socket, 'mount', {
    HostConfig: { ...volume.HostConfig, Tmpfs: { [`/v/out/${PAYLOAD}`]: '' } },
  });
  await ask(socket, { method: 'DELETE', path: `/volumes/${PAYLOAD}?force=1` });
  return [];
}

async function volumeOutside({ socket }: HostileEngine): Promise<string[]> {
  const { output } = await runIn(
    socket,
    'find / -xdev -name nftables.conf; find /v -name nftables.conf',
    {
      Volumes: { '/../../../../../../etc': {}, '/v/../../../../etc': {} },
    },
  );
  return check(output, !output.includes('nftables.conf'));
}

async function workingDirectoryByDescriptor({ socket }: HostileEngine): Promise<string[]> {
  const wrong: string[] = [];
  for (let descriptor = 3; descriptor < 20; descriptor++) {
    for (const place of ['', '/../..']) {
      const WorkingDir = `/proc/self/fd/${descriptor}${place}`;
      const { output } = await runIn(
        socket,
        'ls ../../../etc/nftables.conf ../../etc/nftables.conf etc/nftables.conf 2>/dev/null',
        { WorkingDir },
      );
      if (output.includes('nftables.conf')) wrong.push(WorkingDir);
    }
  }
  return wrong;
}

async function insecureBuild({ socket }: HostileEngine): Promise<string[]> {
  const dockerfile = `# syntax=docker/dockerfile:1-labs\nFROM ${BOX}\nRUN --security=insecure echo it runs with privileges\n`;
  const body = writeTar([{ name: 'Dockerfile', content: dockerfile }]);
  const { text } = await ask(socket, { method: 'POST', path: '/build', body });
  return check(text, !/"stream":"it runs with privileges/.test(text));
}
