/** Ends a stage that is looked up by keys alone: a step isn't in a cache, or its files are needed. */
export class StepUnknown extends Error {
  constructor() {
    super('the step is in no cache');
    this.name = 'StepUnknown';
  }
}
