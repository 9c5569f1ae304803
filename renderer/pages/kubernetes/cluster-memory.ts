import { useLocalStorage } from '@mantine/hooks';
import { useEffect } from 'react';

const LOCAL_CONTEXT = 'berth';

/** The context that was shown last. At first, Berth's own. */
export const useLastContext = () =>
  useLocalStorage({
    key: 'berth.kubernetes.context',
    defaultValue: LOCAL_CONTEXT,
    getInitialValueInEffect: false,
  });

/** Remembers the context for the next visit. */
export function useRememberedContext(context: string): void {
  const [last, setLast] = useLastContext();
  useEffect(() => {
    if (last !== context) setLast(context);
  }, [last, context, setLast]);
}

/** All namespaces of a cluster. */
export const ALL = '*';

/** The namespace whose objects are shown, for each context. Undefined until one was chosen. */
export const useChosenNamespace = (context: string) =>
  useLocalStorage<string | undefined>({
    key: `berth.kubernetes.namespace ${context}`,
    getInitialValueInEffect: false,
  });
