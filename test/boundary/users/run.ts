import type { ProbeGroup } from '../report.ts';

export const userGroup: ProbeGroup = {
  name: 'users',
  count: (count) => `${count}`,
  run: async () => [],
};
