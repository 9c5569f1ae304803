import { exitOnUncaughtError } from '../uncaught-error.ts';

/** A program that runs forever unless an error is uncaught. */
exitOnUncaughtError((message, cause) => console.error(message, cause));
setInterval(() => {}, 1000);
setTimeout(() => {
  const error = new Error('nobody expects this');
  if (process.argv[2] === 'promise') void Promise.reject(error);
  else throw error;
});
