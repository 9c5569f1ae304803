import type { ProbeGroup } from '../report.ts';

export const browserGroup: ProbeGroup = {
  name: 'browser',
  count: (count) => `${count}`,
  run: async () => [],
};
