import type { StatFile } from '../../runtime/cgroup/cgroup-stats.ts';

/** The kernel's tables of a container that uses a tenth of a CPU. `milliseconds` is its age. */
export function fakeStatistics(file: StatFile | 'stat' | 'net/dev', milliseconds: number): string {
  switch (file) {
    case 'cpu.stat':
      return `usage_usec ${milliseconds * 100}\nuser_usec ${milliseconds * 60}\nsystem_usec ${milliseconds * 40}\n`;
    case 'memory.current':
      return `${8 << 20}\n`;
    case 'memory.max':
    case 'pids.max':
      return 'max\n';
    case 'memory.stat':
      return `inactive_file 0\n`;
    case 'memory.events':
      return 'oom_kill 0\n';
    case 'io.stat':
      return '';
    case 'pids.current':
      return '1\n';
    case 'stat':
      return `cpu ${Math.floor(milliseconds / 10)} 0 0 0 0 0 0 0 0 0\n`;
    case 'net/dev':
      return 'Inter-| Receive | Transmit\n face |bytes packets\n  eth0: 1000 10 0 0 0 0 0 0 2000 20 0 0 0 0 0 0\n';
  }
}
