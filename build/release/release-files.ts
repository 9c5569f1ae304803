/** Whether a file in electron-builder's output is one that users install. */
export function isInstaller(name: string): boolean {
  return /\.(dmg|zip|exe|msi|AppImage|deb)$/.test(name) && !name.startsWith('.');
}

/** Whether a file in electron-builder's output belongs to a release. */
export function isReleased(name: string): boolean {
  return isInstaller(name) || /\.(cdx\.json|blockmap)$/.test(name) || isFeed(name);
}

/** The files in which the app looks for its next version. */
export function isFeed(name: string): boolean {
  return /^latest.*\.yml$/.test(name);
}
