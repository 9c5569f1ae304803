import './polyfills.ts';
import './observer.ts';
import '../../../electron/main/main.ts';
