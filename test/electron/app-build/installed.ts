import { app } from 'electron';

/**
 * With `BERTH_TEST_RESOURCES`, the app believes that it is installed, with its resources in that
 * folder: only then does it look for updates.
 */
const resources = process.env.BERTH_TEST_RESOURCES;
if (resources) {
  Object.defineProperty(process, 'resourcesPath', { value: resources });
  Object.defineProperty(app, 'isPackaged', { value: true });
}
