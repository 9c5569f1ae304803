import { never, type Probe } from './probe.ts';

/** A node of a device that the container makes itself. */
const device = (name: string, type: 'b' | 'c', major: number, minor: number): Probe => ({
  name,
  script: `mknod /node${type}${major}-${minor} ${type} ${major} ${minor} && head -c 1 /node${type}${major}-${minor} >/dev/null && echo READ`,
  right: never('READ'),
});

const DEVICES = 'fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero';

export const fileProbes: readonly Probe[] = [
  {
    name: 'only these devices are in /dev',
    // Without the terminal, and crun's link to /proc/kcore, which is empty.
    script: 'echo $(ls /dev | grep -v -e "^console$" -e "^core$" | sort)',
    right: new RegExp(`^${DEVICES}\\s*$`),
  },
  device('a disk of SCSI', 'b', 8, 0),
  device('the data disk', 'b', 253, 16),
  device('the disk with the configuration', 'b', 253, 32),
  device('the first loop device', 'b', 7, 0),
  device('memory of the VM', 'c', 1, 1),
  device('ports of the VM', 'c', 1, 4),
  device('messages of the kernel', 'c', 1, 11),
  device('file systems in user space', 'c', 10, 229),
  device('processors for other VMs', 'c', 10, 232),
  device('network interfaces', 'c', 10, 200),
  device('control of loop devices', 'c', 10, 237),
  {
    name: 'a file system on a device',
    script: 'mknod /disk b 253 16; mount /disk /mnt && echo DONE',
    right: never('DONE'),
  },
  {
    name: 'a device with the capability to mount',
    from: 'with SYS_ADMIN',
    script: 'mknod /disk b 253 16; head -c 1 /disk && echo READ; mount /disk /mnt && echo DONE',
    right: never('DONE|READ'),
  },
  {
    name: 'the engine’s socket',
    script:
      'ls /run/berth /var/run/docker.sock /run/docker.sock && echo FOUND; find / -xdev -type s',
    right: never('FOUND|\\.sock\\n'),
  },
  {
    name: 'the engine’s files',
    script: 'ls /usr/lib/berth /var/lib/berth /var/lib/docker && echo FOUND',
    right: never('FOUND'),
  },
  {
    name: 'above the root',
    script:
      'ls /../../../usr/lib/berth /proc/1/root/usr/lib/berth /proc/self/cwd/../../usr/lib/berth && echo FOUND',
    right: never('FOUND'),
  },
  {
    name: 'above a volume',
    from: 'with a volume',
    script: 'cd /v && ls ../.. | grep -x v && ls /v/../../boundary && echo FOUND',
    right: never('FOUND'),
  },
  {
    name: 'a link in a volume leads to the container’s own file',
    from: 'with a volume',
    script: 'ln -sf /etc/hostname /v/link; [ "$(cat /v/link)" = "$(hostname)" ] && echo own',
    right: /own/,
  },
  {
    name: 'a hard link from a volume to elsewhere',
    from: 'with a volume',
    script: 'ln /etc/passwd /v/hard || ln /bin/busybox /v/hard && echo LINKED',
    right: never('LINKED'),
  },
  {
    name: 'memory that others share',
    script: 'ls -A /dev/shm /dev/mqueue | grep -v : | grep . && echo FOUND',
    right: never('FOUND'),
  },
];
