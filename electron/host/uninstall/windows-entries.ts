import { HostError } from '../base/errors.ts';
import { type ProgramResult, runProgram } from '../base/process.ts';

type RunProgram = (program: string, args: readonly string[]) => Promise<ProgramResult>;

/** Names as Electron writes them: the app's ID, and the scheme of links that the app opens. */
const loginKey = 'HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run';
const loginItem = 'dev.berth.app';
const linkKey = 'HKCU\\Software\\Classes\\berth';

/**
 * Removes what the app wrote to the user's part of the Windows registry: its start at login, and
 * `berth:` links. A link that opens another program stays. Idempotent.
 */
export async function removeWindowsEntries(run: RunProgram = runProgram): Promise<void> {
  const has = async (...args: string[]) => (await run('reg.exe', ['query', ...args])).code === 0;
  const remove = async (...args: string[]) => {
    const { code, stderr } = await run('reg.exe', ['delete', ...args, '/f']);
    if (code === 0) return;
    throw new HostError('invalid', `Can't remove ${args[0]} from the registry: ${stderr.trim()}`);
  };
  if (await has(loginKey, '/v', loginItem)) await remove(loginKey, '/v', loginItem);
  const opener = await run('reg.exe', ['query', `${linkKey}\\shell\\open\\command`, '/ve']);
  if (opener.code === 0 && /\\Berth\.exe\b/i.test(opener.stdout)) await remove(linkKey);
}
