import { useMantineColorScheme } from '@mantine/core';
import { useEffect } from 'react';
import { useSettings } from '../connection/screen.ts';

/**
 * Applies the chosen theme to the page. The browser remembers the theme, so that the next start
 * shows it at once.
 */
export function ThemeSetting() {
  const theme = useSettings()?.app.theme;
  const { setColorScheme } = useMantineColorScheme();
  useEffect(() => {
    if (theme) setColorScheme(theme === 'system' ? 'auto' : theme);
  }, [theme, setColorScheme]);
  return null;
}
