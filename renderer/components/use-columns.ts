import { useMediaQuery } from '@mantine/hooks';
import { useMemo } from 'react';
import type { ListColumn } from './list-column.ts';

/** The columns that fit into the window: a narrow window hides those with the named titles. */
export function useColumns<T>(
  columns: readonly ListColumn<T>[],
  dropped: readonly string[],
): readonly ListColumn<T>[] {
  const narrow = useMediaQuery('(max-width: 1000px)');
  return useMemo(
    () => (narrow ? columns.filter(({ title }) => !dropped.includes(title)) : columns),
    [columns, dropped, narrow],
  );
}
