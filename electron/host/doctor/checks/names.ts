import { type Check, ok, warn } from '../check.ts';

/** Docker Hub's name, which is looked up most often. */
const name = 'registry-1.docker.io';

/** Whether the VM and its containers can resolve names. */
export const names: Check = {
  name: 'names',
  needsMachine: true,
  async run({ inGuest }) {
    const { code, stdout, stderr } = await inGuest(`nslookup ${name}`);
    if (code === 0) return ok(`${name} resolves`);
    // Without a network, containers and local images still work.
    return warn(
      `the VM can't resolve ${name}: ${reasonOf(`${stdout}\n${stderr}`)}`,
      'You can still use images that were already pulled. Check that the host is online and can resolve the name. If the host uses a VPN, stop and start the VM.',
    );
  },
};

/** Words for what `nslookup` of BusyBox prints. */
const ANSWERS: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/NXDOMAIN/, "the name doesn't exist"],
  [/SERVFAIL|REFUSED/, 'the name server refused to answer'],
  [/timed out|no servers could be reached/, 'no name server answered'],
];

function reasonOf(output: string): string {
  const words = ANSWERS.find(([pattern]) => pattern.test(output))?.[1];
  return words ?? output.trim().split('\n').at(-1) ?? '';
}
