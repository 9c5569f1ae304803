import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Registry } from '../conformance/peers/peer.ts';
import { childrenOf } from '../fixtures/processes.ts';
import { FaultyEngine } from './engine.ts';
import type { FaultImages } from './images.ts';

const run = promisify(execFile);

/** Something that nothing owns. */
interface Plant {
  readonly what: string;
  /** Shell commands in the engine's namespaces. */
  readonly plant: string;
  readonly remove: string;
  /** A part of what the audit must report. */
  readonly reported: string;
}

/** An ID that nothing has, and that begins with the number. */
const id = (number: number) => String(number).padEnd(64, '0');
const [RUN, DATA, CGROUPS] = ['/run/berth', '/var/lib/berth', '/sys/fs/cgroup/berth'];
/** Waits, and has these words as its command line. */
const waiting = (words: string) => `setsid sh -c 'exec sleep 1000' ${words} </dev/null >&- 2>&- &`;
/** A program whose first word is `conmon`. */
const monitor = (cuuid: string) =>
  `/usr/lib/berth/node -e "require('node:child_process').spawn('/usr/lib/berth/node', ['-e', 'setTimeout(() => {}, 1e6)', '--', '--cuuid', '${cuuid}'], { argv0: 'conmon', detached: true, stdio: 'ignore' }).unref()"`;

const inDirectory = (what: string, path: string, reported = path): Plant => ({
  ...{ what, reported },
  plant: `mkdir -p ${path}`,
  remove: `rm -r ${path}`,
});
const file = (what: string, path: string, reported = path): Plant => ({
  ...{ what, reported },
  plant: `mkdir -p "$(dirname ${path})"; echo '{}' >${path}`,
  remove: `rm ${path}`,
});
const mounted = (what: string, path: string, reported: string, source = 'planted'): Plant => ({
  ...{ what, reported },
  plant: `mkdir -p ${path}; mount -t tmpfs ${source} ${path}`,
  remove: `umount ${path}; rmdir ${path}`,
});

const plants: readonly Plant[] = [
  {
    ...{ what: 'a cgroup', reported: `the cgroup ${id(10)}` },
    plant: `mkdir -p ${CGROUPS}/${id(10)}`,
    remove: `rmdir ${CGROUPS}/${id(10)}`,
  },
  {
    ...{ what: 'a process of a container', reported: `the cgroup ${id(11)}` },
    plant: `mkdir -p ${CGROUPS}/${id(11)}; ${waiting('x')} echo $! >${CGROUPS}/${id(11)}/cgroup.procs`,
    remove: `kill $(cat ${CGROUPS}/${id(11)}/cgroup.procs); sleep 0.2; rmdir ${CGROUPS}/${id(11)}`,
  },
  {
    ...{ what: 'a monitor', reported: `the monitor ${id(12)}` },
    plant: monitor(id(12)),
    remove: `pkill -f ${id(12)}`,
  },
  inDirectory('files of a run', `${RUN}/c/${id(13)}`, `the directory of a run ${id(13)}`),
  {
    ...{ what: 'an overlay', reported: `the mount ${id(14)}` },
    plant: `d=${RUN}/c/${id(14)}; mkdir -p $d/a $d/b $d/rootfs; mount -t overlay -o lowerdir=$d/a:$d/b overlay $d/rootfs`,
    remove: `umount ${RUN}/c/${id(14)}/rootfs; rm -r ${RUN}/c/${id(14)}`,
  },
  {
    ...{ what: 'a network namespace', reported: `the mounted network namespace ${id(15)}` },
    plant: `mkdir -p ${RUN}/n; touch ${RUN}/n/${id(15)}; mount --bind /proc/self/ns/net ${RUN}/n/${id(15)}`,
    remove: `umount ${RUN}/n/${id(15)}; rm ${RUN}/n/${id(15)}`,
  },
  inDirectory('an entry of the runtime', `${RUN}/crun/${id(16)}`, `entry of the runtime ${id(16)}`),
  inDirectory('files of an exec', `${RUN}/x/${id(17)}`, `exec ${id(17)}`),
  file('an exit code', `${RUN}/exits/${id(18)}`, id(18)),
  mounted('a mounted image', `${RUN}/t/planted`, `${RUN}/t/planted`),
  {
    ...{ what: 'a network interface', reported: 'interface veth-planted' },
    plant: 'ip link add veth-planted type veth peer name planted-peer',
    remove: 'ip link delete veth-planted',
  },
  {
    ...{ what: 'a bridge', reported: 'bridge br-0123456789ab' },
    plant: 'ip link add br-0123456789ab type bridge',
    remove: 'ip link delete br-0123456789ab',
  },
  {
    ...{ what: 'a forwarded port', reported: 'Port 8099 is still forwarded to 10.99.0.9' },
    plant:
      "nft add table inet netavark; nft add chain inet netavark planted '{ type nat hook prerouting priority 0; }'; nft add rule inet netavark planted tcp dport 8099 dnat ip to 10.99.0.9:80",
    remove: 'nft delete chain inet netavark planted',
  },
  {
    ...{ what: 'rules of a network', reported: 'nv_01234567_10_98_0_0_nm24' },
    plant:
      'nft add table inet netavark; nft add chain inet netavark nv_01234567_10_98_0_0_nm24; nft add rule inet netavark nv_01234567_10_98_0_0_nm24 ip daddr 10.98.0.0/24 accept',
    remove: 'nft delete chain inet netavark nv_01234567_10_98_0_0_nm24',
  },
  {
    ...{ what: 'names of a container', reported: `names of container ${id(19)}` },
    plant: `mkdir -p ${RUN}/netavark/aardvark-dns; printf '10.98.0.1\\n${id(19)} 10.98.0.2  web\\n' >${RUN}/netavark/aardvark-dns/${id(20)}%int`,
    remove: `rm ${RUN}/netavark/aardvark-dns/${id(20)}%int`,
  },
  inDirectory('files of a layer', `${DATA}/layers/${id(21)}`),
  inDirectory('an unfinished layer', `${DATA}/layers/partial-planted`),
  mounted(
    'a mounted layer',
    `${RUN}/l/planted`,
    `A removed layer is still mounted at ${RUN}/l/planted`,
    `${DATA}/layers/${id(22)}/index.erofs`,
  ),
  inDirectory('a mount point', `${RUN}/l/empty`, `mount point ${RUN}/l/empty`),
  inDirectory('a volume without a record', `${DATA}/volumes/planted`),
  mounted('the device of a volume', `${DATA}/volumes/mounted`, 'A device is mounted for volume'),
  inDirectory('files of a container', `${DATA}/containers/${id(23)}`),
  file('the record of a container', `${DATA}/containers/${id(24)}.json`),
  file('the record of a volume', `${DATA}/volumes/planted-record.json`),
  file('the record of a network', `${DATA}/networks/${id(25)}.json`),
  file('the record of an image', `${DATA}/images/images/${id(26)}.json`),
  file('the name of an image', `${DATA}/images/names/${id(27)}.json`),
  file('a document of an image', `${DATA}/blobs/${id(28)}`, id(28)),
  file('a cached build step', `${DATA}/build-steps/${id(29)}.json`),
  inDirectory('files of a build', `${DATA}/builds/planted`),
  inDirectory('a build context', `${DATA}/contexts/planted`),
  file('a secret of a build', `${RUN}/secrets/planted`),
  file('a script of a build', `${RUN}/scripts/planted`),
  file('an SSH agent of a build', `${RUN}/ssh/planted`),
];

export interface OrphansOptions {
  readonly directory: string;
  readonly images: FaultImages;
  readonly registry: Registry;
  readonly print: (line: string) => void;
}

/** Plants an orphan of each kind, and checks that the audit reports each, and nothing after they are gone. */
export async function plantOrphans(options: OrphansOptions) {
  const { directory, registry, images, print } = options;
  const engine = await FaultyEngine.start(join(directory, 'orphans'), registry);
  try {
    const { api } = engine;
    await api.must('POST', `/images/create?fromImage=${encodeURIComponent(images.box)}`);
    const before = await api.audit();
    for (const { Message } of before) print(`reported before anything was planted: ${Message}`);
    for (const { what, plant } of plants) await inside(engine, what, plant);
    const Labels = { 'io.berth.kube': 'pod', 'io.kubernetes.pod.uid': id(30) };
    await api.must('POST', '/containers/create?name=of-pod', { Image: images.box, Labels });
    const pod = { what: 'a container of a pod', reported: 'Container of-pod belongs to a pod' };
    const found = (await api.audit()).map(({ About, Message }) => `${About}: ${Message}`);
    const missed = [...plants, pod].filter(
      ({ reported }) => !found.some((line) => line.includes(reported)),
    );
    for (const { what } of missed) print(`not reported: ${what}`);
    for (const { what, remove } of plants) await inside(engine, what, remove);
    await api.must('DELETE', '/containers/of-pod');
    const left = await api.audit();
    for (const { Message } of left) print(`still reported: ${Message}`);
    const count = plants.length + 1;
    return {
      summary: `faults: ${count} kinds of orphans planted: ${count - missed.length} reported, ${left.length} reported after they were removed`,
      isClean: before.length + missed.length + left.length === 0,
    };
  } finally {
    await engine.stop();
  }
}

/** Runs shell commands in all namespaces of the engine. */
async function inside(engine: FaultyEngine, what: string, script: string): Promise<void> {
  const [init] = childrenOf(engine.pid);
  const words = ['--target', String(init), '--all', '--', 'sh', '-euc', script];
  await run('nsenter', words, { timeout: 20_000 }).catch((cause: Error) => {
    throw new Error(`can't plant or remove ${what}: ${cause.message}`, { cause });
  });
}
