import { app } from 'electron';
import { logTo } from '../host/base/log.ts';
import { fileLog } from '../host/base/log-file.ts';
import { surviveFaults } from '../host/base/process-faults.ts';
import { appLogPath, berthHome } from '../host/home/paths.ts';
import { createHost } from '../host/host.ts';
import { runApp } from './app.ts';
import { keepCrashDumps } from './crash-reports.ts';
import { createDesktop, startsHidden } from './desktop.ts';
import { endUnstarted } from './failed-start.ts';

// Electron would show a dialog for an exception, and end without a word for a rejection.
logTo(fileLog(appLogPath(berthHome())), 'app');
surviveFaults();

try {
  // A second start passes its arguments to the first, and ends.
  if (app.requestSingleInstanceLock()) {
    const host = createHost();
    const { home } = host;
    keepCrashDumps(home);
    const allMachines = async () =>
      (await host.machines.list()).map((machine) => createHost({ home, machine }));
    runApp(host, { home, allMachines, createDesktop, startsHidden: startsHidden() });
  } else app.quit();
} catch (error) {
  endUnstarted(error);
}
