import { app } from 'electron';
import { createHost } from '../host/host.ts';
import { berthHome } from '../host/machine/paths.ts';
import { runApp } from './app.ts';
import { createDesktop } from './desktop.ts';

// A second start hands its arguments to the first, and ends.
if (app.requestSingleInstanceLock()) runApp(createHost(), { home: berthHome(), createDesktop });
else app.quit();
