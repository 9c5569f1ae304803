import type { UseFormReturnType } from '@mantine/form';
import { randomId } from '@mantine/hooks';
import type { RunSuggestions } from '../../../electron/api/run.ts';
import type { RunForm } from './run-form.ts';

/** What each group of fields is given. */
export interface FieldsProps {
  readonly form: UseFormReturnType<RunForm>;
  readonly suggestions: RunSuggestions;
}

/** A row that is told from the others. */
export const newRow = <Fields extends object>(fields: Fields) => ({ key: randomId(), ...fields });
