import { exitOnUncaughtError } from '../uncaught-error.ts';

/** A program that goes on for ever but for an error that nobody catches. */
exitOnUncaughtError((message, cause) => console.error(message, cause));
setInterval(() => {}, 1000);
setTimeout(() => {
  const error = new Error('nobody expects this');
  if (process.argv[2] === 'promise') void Promise.reject(error);
  else throw error;
});
