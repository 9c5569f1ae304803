/** What becomes of each image. */
export const expected: Readonly<Record<string, 'not pulled' | 'not run' | 'runs'>> = {};
