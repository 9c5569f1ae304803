import {
  parseCgroupStats,
  parseNetDev,
  parseSystemCpu,
  statFiles,
} from '../../../guest-agent/runtime/cgroup/cgroup-stats.ts';
import { parseMountInfo } from '../../../guest-agent/runtime/mounts/mount-info.ts';
import type { Target } from '../target.ts';

/** Files of the kernel: control groups, `/proc` and the table of mounts. */
export const kernelFiles: Target = {
  seeds: [
    'usage_usec 100\nuser_usec 60\nsystem_usec 40\nnr_periods 1\nnr_throttled 0\n',
    'anon 4096\nfile 0\noom 1\nmax 3\n',
    '8:0 rbytes=1 wbytes=2 rios=3 wios=4\n253:16 rbytes=5\n',
    'max\n',
    'Inter-|   Receive\n face |bytes    packets\n  eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n    lo: 0 0 0\n',
    'cpu  1 2 3 4 5 6 7 8 9 10\ncpu0 1 2\nintr 5\n',
    '36 35 98:0 /mnt1 /mnt\\0402 rw,noatime master:1 - ext3 /dev/root rw,errors=continue\n',
  ],
  maxBytes: 64 << 10,
  words: ['rbytes=', 'wbytes=', ' - ', ':', '\\040', 'cpu ', 'eth0:', 'max', '\n'],
  read(input) {
    const text = input.toString();
    parseCgroupStats(Object.fromEntries(statFiles.map((name) => [name, text])) as never);
    parseNetDev(text);
    parseSystemCpu(text);
    parseMountInfo(text);
  },
};
