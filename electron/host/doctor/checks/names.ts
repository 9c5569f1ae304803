import { type Check, fail, ok } from '../check.ts';

/** Docker Hub's: the name that is looked up most. */
const name = 'registry-1.docker.io';

/** The machine, and with it containers, can look names up. */
export const names: Check = {
  name: 'names',
  needsMachine: true,
  async run({ inGuest }) {
    const { code, stdout, stderr } = await inGuest(`nslookup ${name}`);
    if (code === 0) return ok(`${name} is found`);
    const reason = `${stdout}\n${stderr}`.trim().split('\n').at(-1) ?? '';
    return fail(
      `the machine cannot find ${name}: ${reason}`,
      'Check that this computer can; if it uses a VPN, stop and start the machine.',
    );
  },
};
