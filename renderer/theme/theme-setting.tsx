import { useMantineColorScheme } from '@mantine/core';
import { useEffect } from 'react';
import { useSettings } from '../connection/screen.ts';

/** Has the page follow the chosen theme. The browser remembers it, so that the next start shows it at once. */
export function ThemeSetting() {
  const theme = useSettings()?.app.theme;
  const { setColorScheme } = useMantineColorScheme();
  useEffect(() => {
    if (theme) setColorScheme(theme === 'system' ? 'auto' : theme);
  }, [theme, setColorScheme]);
  return null;
}
