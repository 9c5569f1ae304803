export const expected: Readonly<Record<string, string>> = {};
