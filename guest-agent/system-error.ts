/** What a failed system call means for the user, by its code. Other codes depend on the call. */
const meanings: Readonly<Record<string, string>> = {
  ENOSPC:
    'no space left on the VM\'s disk. Remove what you don\'t need ("docker system prune"), or give the VM a larger disk',
  EDQUOT: 'no space left for this user on the disk',
  EIO: "input/output error: a disk can't be read or written. Check the host's disk, then restart the VM",
  EROFS: 'the disk is read-only, as after an error of the disk. Restart the VM',
  EMFILE: 'too many open files in the engine. Close connections or stop containers, and try again',
  ENFILE: 'too many open files in the VM. Stop containers, and try again',
  ENOMEM: 'not enough memory in the VM. Stop containers, or give the VM more memory',
};

/**
 * Whether an error or one of its causes says that the system lacks something: a fault of the disk, or no
 * space, memory or descriptors.
 */
export function isShortage(error: unknown): boolean {
  return causesOf(error).some((each) => meaningOf(each) !== '');
}

function causesOf(error: unknown): Error[] {
  const found: Error[] = [];
  for (let each = error; each instanceof Error && !found.includes(each); each = each.cause) {
    found.push(each);
  }
  return found;
}

/** For `catch`: ignores a shortage. */
export function unlessShortage(error: unknown): void {
  if (!isShortage(error)) throw error;
}

const meaningOf = ({ code = '' }: NodeJS.ErrnoException): string => meanings[code] ?? '';

/**
 * An error's message, in which Node's words about a shortage, with paths of the engine, are replaced by
 * what they mean. The words can be those of one of its causes.
 */
export function plainMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  let { message } = error;
  for (const each of causesOf(error)) {
    const meaning = meaningOf(each);
    if (meaning !== '') message = message.replaceAll(each.message, () => meaning);
  }
  return message;
}
