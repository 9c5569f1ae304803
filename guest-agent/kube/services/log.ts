export type Log = (message: string, cause?: unknown) => void;
