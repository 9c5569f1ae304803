import { specificationProblems } from '../specification/problems.ts';
import type { ComposeDocument } from './document.ts';
import { type ComposeFile, composeFileSchema } from './file-schema.ts';
import { type Explained, explainIssues } from './issues.ts';
import { type Merge, mergeMapped } from './merge.ts';
import type { Problem } from './problem.ts';

/** How files are read: in the long form of each value, or as they are written. */
export interface Form {
  /** Whether variables are replaced. */
  readonly interpolates: boolean;
  readonly merge: Merge;
  /** The file's values; undefined after errors, which are reported. */
  read(document: ComposeDocument, report: (problem: Problem) => void): ComposeFile | undefined;
  /** What else is wrong with values that can be read. */
  check(value: unknown): Promise<readonly Explained[]>;
}

/** The form that containers are created from: every value is checked, and in its long form. */
export const longForm: Form = {
  interpolates: true,
  merge: mergeMapped,
  read(document, report) {
    const parsed = composeFileSchema.safeParse(document.value ?? {});
    if (parsed.success) return parsed.data;
    const { file } = document;
    for (const { path, message } of explainIssues(parsed.error.issues)) {
      report({ severity: 'error', file, ...document.placeOf(path), message });
    }
    return undefined;
  },
  check: specificationProblems,
};
