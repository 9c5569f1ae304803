import { expect, it } from 'vitest';
import { contextIn, viewOf } from './places.ts';

it.each([
  ['prod', '/kubernetes/prod/pods'],
  ['arn:aws:eks:eu:1:cluster/shop', '/kubernetes/arn%3Aaws%3Aeks%3Aeu%3A1%3Acluster%2Fshop/pods'],
  // `/kubernetes/deploy/pods` deploys a project named pods.
  ['deploy', '/kubernetes/~deploy/pods'],
  ['~deploy', '/kubernetes/~~deploy/pods'],
  ['deploy-to', '/kubernetes/deploy-to/pods'],
])('the context %s has the address %s', (context, address) => {
  expect(viewOf(context, 'pods')).toBe(address);
  expect(contextIn(address.split('/')[2] ?? '')).toBe(context);
});
