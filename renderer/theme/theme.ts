import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

/** The only accent: harbour water. */
const tide: MantineColorsTuple = [
  '#ecf7f8',
  '#d9ecef',
  '#b1d8df',
  '#86c3ce',
  '#62b1c0',
  '#4aa6b7',
  '#3a9cae',
  '#23808f',
  '#1c6f7d',
  '#0f5a67',
];

const slate: MantineColorsTuple = [
  '#d8dee4',
  '#b5bfc9',
  '#8e9aa7',
  '#687583',
  '#455260',
  '#34404c',
  '#222c36',
  '#18212a',
  '#121a21',
  '#0c1217',
];

const mist: MantineColorsTuple = [
  '#f6f8f9',
  '#eef2f4',
  '#e3e9ec',
  '#d3dbe0',
  '#bac5cc',
  '#98a6af',
  '#6f7f8a',
  '#53626d',
  '#384650',
  '#222e37',
];

/** Only for destructive actions and errors. */
const coral: MantineColorsTuple = [
  '#fdf1f0',
  '#f9dfdd',
  '#f0bab7',
  '#e8948f',
  '#e0746e',
  '#d95d57',
  '#d14b46',
  '#b93c38',
  '#a33330',
  '#8a2927',
];

/** Text beside a checkbox has the normal size, whatever the size of the checkbox. */
const choiceStyles = {
  label: { fontSize: 'var(--mantine-font-size-sm)' },
  description: { fontSize: 'var(--mantine-font-size-xs)' },
};

export const theme = createTheme({
  primaryColor: 'tide',
  primaryShade: { light: 7, dark: 7 },
  black: mist[9],
  colors: { tide, dark: slate, gray: mist, red: coral },
  defaultRadius: 'md',
  radius: { xs: '3px', sm: '5px', md: '8px', lg: '12px', xl: '18px' },
  fontFamily: '"Inter Variable", system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif',
  fontFamilyMonospace:
    '"JetBrains Mono Variable", ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '19px' },
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '20px', lineHeight: '1.3' }, h2: { fontSize: '16px' } },
  },
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    Code: { styles: { root: { background: 'var(--code)' } } },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: true } },
    Button: { defaultProps: { size: 'sm' } },
    Modal: {
      defaultProps: { closeButtonProps: { 'aria-label': 'Close' } },
      styles: { title: { fontWeight: 600 } },
    },
    Notification: {
      defaultProps: { closeButtonProps: { 'aria-label': 'Dismiss' } },
      styles: { description: { color: 'var(--quiet)' } },
    },
    TextInput: { defaultProps: { size: 'sm' } },
    InputWrapper: { styles: { error: { fontSize: 'var(--mantine-font-size-xs)' } } },
    Checkbox: { styles: choiceStyles },
    Radio: { styles: choiceStyles },
    Switch: { styles: choiceStyles },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 'md' } },
  },
});

/**
 * Quiet buttons that stand out from a dark surface: Mantine's default mixes are darker than ours.
 */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': 'var(--quiet)',
    // Links also stand on the canvas, which is darker than a card.
    '--mantine-color-anchor': 'var(--mantine-color-tide-8)',
    '--mantine-color-error': coral[7],
    // Titles of warnings: Mantine's own yellow is too pale on its background.
    '--mantine-color-yellow-light-color': '#855a00',
  },
  dark: {
    '--mantine-color-dimmed': 'var(--quiet)',
    '--mantine-color-error': coral[3],
    '--mantine-color-tide-light': '#24424b',
    '--mantine-color-tide-light-hover': '#2a4c56',
    '--mantine-color-tide-light-color': tide[1],
  },
});
