/** The key of shortcuts, as the user's keyboard has it. */
export const MOD = /Mac/.test(navigator.userAgent) ? '⌘' : 'Ctrl';
