import { type BrowserWindow, dialog, type RenderProcessGoneDetails } from 'electron';
import { loggerOf } from '../host/base/log.ts';

const log = loggerOf('app');

const causes: Readonly<Partial<Record<RenderProcessGoneDetails['reason'], string>>> = {
  crashed: 'The process that draws the window crashed.',
  oom: 'The process that draws the window ran out of memory.',
  'memory-eviction': 'The process that draws the window ran out of memory.',
  killed: 'Another program ended the process that draws the window.',
  'launch-failed': "The system couldn't start the process that draws the window.",
  'integrity-failure': 'A file of the app is damaged. If this happens again, reinstall Berth.',
};

interface Question {
  readonly message: string;
  readonly detail: string;
  /** The button beside “Reload Window”. */
  readonly other: string;
  readonly signal?: AbortSignal;
}

/**
 * Asks what to do if the page of a window crashes or hangs, because the window would stay blank.
 * Doesn't ask while `asks` is false: then nobody is there to answer.
 */
export function recoverPage(window: BrowserWindow, asks: () => boolean): void {
  const contents = window.webContents;
  /** Set while Berth itself ends the process of a page that hangs. */
  let isReplaced = false;
  /** Set while the user is asked about a page that hangs. */
  let hanging: AbortController | undefined;

  contents.on('render-process-gone', (_event, { reason }) => {
    if (isReplaced) {
      isReplaced = false;
      contents.reload();
      return;
    }
    // A page without a process can't hang, and its process can't be ended.
    hanging?.abort();
    hanging = undefined;
    if (reason === 'clean-exit') return;
    log.error('The page of the window', new Error(`its process ended: ${reason}`));
    if (!asks()) return;
    const cause = causes[reason] ?? 'The process that draws the window ended.';
    const question = {
      message: "Berth's window stopped working",
      detail: `${cause} The VM and its containers keep running.`,
      other: 'Close Window',
    };
    askInBackground(question, () => window.destroy());
  });
  window.on('unresponsive', () => {
    if (hanging || !asks()) return;
    const hang = new AbortController();
    hanging = hang;
    const question = {
      message: "Berth's window isn't responding",
      detail:
        'The VM and its containers keep running. If you reload the window, you can lose unsaved text.',
      other: 'Wait',
      signal: hang.signal,
    };
    askInBackground(question, () => {
      // The page may hang again meanwhile.
      if (hanging === hang) hanging = undefined;
    });
  });
  // The page works again: the question goes away.
  window.on('responsive', () => hanging?.abort());

  function askInBackground(question: Question, other: () => void): void {
    ask(window, question).then(
      (reloads) => {
        if (!window.isDestroyed()) reloads ? reload() : other();
      },
      (error) => log.error('Asking about the page', error),
    );
  }

  function reload(): void {
    if (!hanging) {
      contents.reload();
      return;
    }
    // A page that hangs keeps its process, and a new page would wait for it.
    isReplaced = true;
    hanging = undefined;
    contents.forcefullyCrashRenderer();
  }
}

async function ask(window: BrowserWindow, { other, ...question }: Question): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    ...question,
    type: 'error',
    buttons: ['Reload Window', other],
    defaultId: 0,
    cancelId: 1,
  });
  return response === 0;
}
