/** Node 18 has no SQLite. The app needs it only to remove a VM, which no test here does. */
export class DatabaseSync {
  constructor() {
    throw new Error('node:sqlite is missing here');
  }
}
