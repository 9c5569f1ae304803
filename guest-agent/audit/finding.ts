/** Something that doesn't match. See `auditFindingSchema` in the contract. */
export interface Finding {
  readonly kind: 'lost' | 'damaged' | 'mismatch' | 'orphan';
  /** Names the object, as in "container web". */
  readonly about: string;
  readonly message: string;
  readonly hint: string;
}

/** What one part of the check found, and how many objects it looked at. */
export interface Examined {
  readonly checked: number;
  readonly findings: readonly Finding[];
}

const RESTART = 'Restart the VM: berth machine restart. Berth removes leftovers when it starts.';

/** Something that nothing owns. It uses space or a name, and holds no data of the user. */
export function orphan(about: string, message: string, hint = RESTART): Finding {
  return { kind: 'orphan', about, message, hint };
}

/** The record of an object differs from reality. */
export function mismatch(about: string, message: string, hint = RESTART): Finding {
  return { kind: 'mismatch', about, message, hint };
}
