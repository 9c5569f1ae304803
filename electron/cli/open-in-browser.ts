import { spawn } from 'node:child_process';
import { HostError } from '../host/base/errors.ts';
import type { ServedApp } from '../web/server.ts';

/** A program, its arguments and its standard input. */
interface Opener {
  readonly program: string;
  readonly args: readonly string[];
  readonly input?: string;
}

/**
 * How each system opens an address in the user's browser. Where other users can read the arguments
 * of programs, the arguments don't contain the token.
 */
export function openerOf(
  platform: NodeJS.Platform,
  { url, ownUrl }: Pick<ServedApp, 'url' | 'ownUrl'>,
): Opener {
  if (platform === 'darwin') {
    return { program: 'osascript', args: [], input: `open location "${url}"\n` };
  }
  // `start` needs cmd; rundll32 takes an address without quotes.
  if (platform === 'win32')
    return { program: 'rundll32', args: ['url.dll,FileProtocolHandler', url] };
  return { program: 'xdg-open', args: [ownUrl] };
}

/** Opens the app in the user's browser. Rejects with HostError 'missing-program'. */
export async function openInBrowser(app: ServedApp): Promise<void> {
  const { program, args, input = '' } = openerOf(process.platform, app);
  const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  // The program may end without reading its input. That isn't an error.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', () => resolve());
    child.once('error', (cause) =>
      reject(
        new HostError('missing-program', `${program} can't be started`, {
          hint: 'Open the address in a browser yourself.',
          cause,
        }),
      ),
    );
  });
  child.unref();
}
