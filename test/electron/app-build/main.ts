import './polyfills.ts';
import './observer.ts';
import './installed.ts';
import '../../../electron/main/main.ts';
