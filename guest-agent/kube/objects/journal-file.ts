/** The file of objects/journal.ts in its directory. */
export const JOURNAL_FILE = 'objects.jsonl';
