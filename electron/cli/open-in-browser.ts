import { spawn } from 'node:child_process';
import { HostError } from '../host/errors.ts';

const OPENERS: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  // `start` is a word of cmd's; rundll32 takes an address without any quoting.
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** Opens an address in the user's browser. Rejects with HostError 'missing-program'. */
export async function openInBrowser(url: string): Promise<void> {
  const [program, ...rest] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...rest, url], { stdio: 'ignore', detached: true });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', () => resolve());
    child.once('error', (cause) =>
      reject(
        new HostError('missing-program', `${program} cannot be run`, {
          hint: 'open the address in a browser yourself',
          cause,
        }),
      ),
    );
  });
  child.unref();
}
