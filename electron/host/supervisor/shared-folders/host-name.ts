/**
 * Whether a guest may use a part of a path as a name on the host. On Windows, names may contain paths, drives
 * and streams, and may denote devices.
 */
export function isName(part: string, platform: NodeJS.Platform): boolean {
  if (part.includes('\0')) return false;
  if (platform !== 'win32') return true;
  return (
    !/[\\:*?"<>|]/.test(part) &&
    !/[. ]$/.test(part) &&
    !/^(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(\.|$)/i.test(part)
  );
}
