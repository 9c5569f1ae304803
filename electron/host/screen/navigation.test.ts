import { expect, it } from 'vitest';
import { Navigation } from './navigation.ts';

it('tells a page where to go, and one that comes later the last place', async () => {
  const navigation = new Navigation();
  const gone = new AbortController();
  navigation.go('/images');
  navigation.go('/images/run?image=alpine');
  const places = navigation.watch(gone.signal);
  expect(await places.next()).toMatchObject({ value: { path: '/images/run?image=alpine' } });
  const next = places.next();
  navigation.go('/settings');
  expect(await next).toMatchObject({ value: { path: '/settings' } });
  const last = places.next();
  gone.abort();
  expect(await last).toMatchObject({ done: true });
});

it('does not send a second page where the first one went', async () => {
  const navigation = new Navigation();
  const gone = new AbortController();
  navigation.go('/images');
  await navigation.watch(gone.signal).next();
  const places = navigation.watch(gone.signal);
  const next = places.next();
  navigation.go('/containers');
  expect(await next).toMatchObject({ value: { path: '/containers' } });
  gone.abort();
});
