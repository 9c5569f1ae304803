import type { Archive } from './pins.ts';

/**
 * The text that goes with the programs. The GNU General Public License asks for the source code, or for
 * a written offer that is valid for three years.
 */
export function sourceOffer(archives: readonly Archive[]): string {
  const lines = archives.map(
    ({ name, version, license, source }) => `${name} ${version} (${license})\n  ${source}`,
  );
  return `Source code of the programs in this folder

Berth doesn't change these programs, except that on macOS it changes where they look for their libraries.
It starts them as separate programs. Their licenses are in the files beside this text.

${lines.join('\n')}

If you can't get the source code of a program at its address, the authors of Berth will give you a copy of the
source code for this version of Berth, on a medium customarily used for software interchange, for no more than
the cost of the copy. This offer is valid for three years from the day on which you received the program, and
for anyone who has it. Ask at the address from which you got Berth.
`;
}
