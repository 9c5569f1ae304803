import { type Check, fail, ok } from '../check.ts';

/** Docker Hub's name, which is looked up most often. */
const name = 'registry-1.docker.io';

/** Whether the VM and its containers can resolve names. */
export const names: Check = {
  name: 'names',
  needsMachine: true,
  async run({ inGuest }) {
    const { code, stdout, stderr } = await inGuest(`nslookup ${name}`);
    if (code === 0) return ok(`${name} resolves`);
    const reason = `${stdout}\n${stderr}`.trim().split('\n').at(-1) ?? '';
    return fail(
      `the VM can't resolve ${name}: ${reason}`,
      'Check that the host can resolve the name. If the host uses a VPN, stop and start the VM.',
    );
  },
};
