import { useQuery } from '@tanstack/react-query';
import { client } from '../../connection/screen.ts';

const KEY = ['kube-contexts'];

/** The contexts of the kubeconfig, read again when the window gets the focus. */
export const useContexts = () =>
  useQuery({
    queryKey: KEY,
    queryFn: () => client.kube.contexts.list(),
    networkMode: 'always',
    refetchOnWindowFocus: 'always',
    retry: false,
  });

export const CONTEXTS_KEY = KEY;
