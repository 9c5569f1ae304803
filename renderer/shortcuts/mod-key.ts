/** The modifier key of shortcuts, as the user's keyboard names it. */
export const MOD = /Mac/.test(navigator.userAgent) ? '⌘' : 'Ctrl';
