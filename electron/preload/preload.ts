import { ipcRenderer } from 'electron';
import { pageOrigin, portMessage } from '../api/transport.ts';

/** The one thing of the page's world that is used here. */
declare const window: EventTarget;

// The page sends its end of a channel; it is passed on to the main process, and nothing else is.
window.addEventListener('message', (event) => {
  if (!(event instanceof MessageEvent)) return;
  if (event.source !== window || event.origin !== pageOrigin) return;
  if (typeof event.data !== 'string') return;
  const [message, machine = null] = event.data.split(' ');
  if (message === portMessage) ipcRenderer.postMessage(portMessage, machine, [...event.ports]);
});
