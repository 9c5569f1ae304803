/** The part of an element that tells whether keys type text in it. */
export interface KeyTarget {
  readonly tagName?: string;
  readonly type?: string;
  readonly readOnly?: boolean;
  readonly isContentEditable?: boolean;
  closest?(selector: string): unknown;
}

/** Inputs that are clicked or dragged: keys pressed in them type nothing. */
const WITHOUT_TEXT = new Set([
  ...['button', 'checkbox', 'color', 'file', 'image', 'radio', 'range', 'reset', 'submit'],
]);

/** Whether keys type text in an element: a text field, an editor or a terminal. */
export function takesText(target: KeyTarget): boolean {
  switch (target.tagName) {
    case 'INPUT':
      return !WITHOUT_TEXT.has(target.type ?? '') && target.readOnly !== true;
    // In a native list, letters choose an option. A terminal reads keys through a text area.
    case 'SELECT':
    case 'TEXTAREA':
      return true;
    default:
      return target.isContentEditable === true;
  }
}

/** Whether keys go to the process in a terminal. */
export const isTerminal = (target: KeyTarget) => Boolean(target.closest?.('.xterm'));
