/** As much of an element as tells whether a key pressed in it types text. */
export interface KeyTarget {
  readonly tagName?: string;
  readonly type?: string;
  readonly readOnly?: boolean;
  readonly isContentEditable?: boolean;
  closest?(selector: string): unknown;
}

/** Inputs that are clicked or dragged: a key pressed in them types nothing. */
const WITHOUT_TEXT = new Set([
  ...['button', 'checkbox', 'color', 'file', 'image', 'radio', 'range', 'reset', 'submit'],
]);

/** Whether keys type text in an element: a text field, an editor or a terminal. */
export function takesText(target: KeyTarget): boolean {
  switch (target.tagName) {
    case 'INPUT':
      return !WITHOUT_TEXT.has(target.type ?? '') && target.readOnly !== true;
    // Letters choose an option of a native list. A terminal reads keys through a text area.
    case 'SELECT':
    case 'TEXTAREA':
      return true;
    default:
      return target.isContentEditable === true;
  }
}

/** Whether keys go to the process in a terminal. */
export const isTerminal = (target: KeyTarget) => Boolean(target.closest?.('.xterm'));
