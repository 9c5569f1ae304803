/** Programs in the Debian root. Debian's own wrappers warn about a missing 32-bit wine. */
export const wineLoader = '/usr/lib/wine/wine64';
export const wineServer = '/usr/lib/wine/wineserver64';

/** Wine's settings, and the environment of a Windows program that sets no variables of its own. */
export const wineEnvironment: Readonly<Record<string, string>> = {
  HOME: '/root',
  LANG: 'C.UTF-8',
  WINEPREFIX: '/prefix',
  WINEARCH: 'win64',
  WINELOADER: wineLoader,
  WINESERVER: wineServer,
  WINEDEBUG: '-all',
  // No .NET and no browser: wine would ask to download them.
  WINEDLLOVERRIDES: 'mscoree,mshtml=',
  XDG_RUNTIME_DIR: '/tmp',
};
