import { checkProgramSize, readProgramBundle } from '../../../../src/constructs/patch/program-bundle';

test('a missing program says which command builds it', () => {
  expect(() => readProgramBundle('/nowhere/index.js')).toThrow('the patch program is missing (/nowhere/index.js); in a checkout, "npx projen bundle" builds it');
});

test('the program holds nothing that Flux would substitute or Helm expand', () => {
  expect(readProgramBundle()).not.toMatch(/\$\{|\{\{/);
});

test('a program that kubectl apply could not keep is refused', () => {
  expect(() => checkProgramSize({ 'program.js': 'x'.repeat(200_000) })).toThrow(/^the ConfigMap of the patch program would have \d+ bytes as JSON, and must have at most 200000/);
  // What is counted is the object as JSON, in which these take two bytes each.
  expect(() => checkProgramSize({ 'program.js': '"'.repeat(100_000) })).toThrow(/^the ConfigMap of the patch program would have/);
});
