import { useQuery } from '@tanstack/react-query';
import type { FilePlace } from '../../electron/api/files.ts';
import { client, queryClient } from '../connection/screen.ts';

/** What is in a folder; asked for again when the window is looked at. */
export const useFolder = (place: FilePlace, path: string) =>
  useQuery({
    queryKey: ['files', place, path],
    queryFn: ({ signal }) => client.files.list({ place, path }, { signal }),
    networkMode: 'always',
    retry: false,
  });

/** What a file holds, as it is now. */
export const useContent = (place: FilePlace, path: string) =>
  useQuery({
    queryKey: ['file', place, path],
    queryFn: ({ signal }) => client.files.read({ place, path }, { signal }),
    networkMode: 'always',
    retry: false,
    gcTime: 0,
    // What is being edited is not replaced under the person's hands.
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

/** Lists a place's folders again: something in them has changed. */
export const refreshFiles = (place: FilePlace) =>
  queryClient.invalidateQueries({ queryKey: ['files', place] });
