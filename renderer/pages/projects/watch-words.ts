import type { WatchAction, WatchEvent } from '../../../electron/api/file-watches.ts';
import type { Tone } from '../../components/state-dot.tsx';

interface WatchWords {
  readonly tone: Tone;
  readonly text: string;
  /** What a program said about it. */
  readonly details?: string;
}

/** An event of watching, for people. */
export function watchWords(event: WatchEvent): WatchWords {
  switch (event.type) {
    case 'started':
      return { tone: 'idle', text: 'Watching started' };
    case 'action':
      return { tone: event.state === 'working' ? 'busy' : 'good', text: actionText(event) };
    case 'problem':
      return { tone: 'bad', text: 'Failed', details: event.text };
    case 'ended':
      return endWords(event);
  }
}

const DONE = { sync: 'Synced', rebuild: 'Rebuilt', restart: 'Restarted', exec: 'Ran a command in' };
const WORKING = {
  ...{ sync: 'Syncing', rebuild: 'Rebuilding', restart: 'Restarting' },
  exec: 'Running a command in',
};

function actionText({ action, state, services, files }: WatchAction): string {
  const verb = (state === 'done' ? DONE : WORKING)[action];
  const names = services.join(', ');
  const text =
    files === undefined
      ? `${verb} ${names}`
      : `${verb} ${files === 1 ? '1 file' : `${files} files`} to ${names}`;
  return state === 'done' ? text : `${text}…`;
}

function endWords({ reason, text }: Extract<WatchEvent, { type: 'ended' }>): WatchWords {
  if (reason === 'stopped') return { tone: 'idle', text: 'Watching stopped' };
  if (reason === 'project-down') {
    return { tone: 'idle', text: 'Watching ended because the project was taken down' };
  }
  return { tone: 'bad', text: 'Watching failed', ...(text !== undefined && { details: text }) };
}
