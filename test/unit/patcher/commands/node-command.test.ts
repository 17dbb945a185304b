import { readNodeOptions } from '../../../../src/patcher/commands/node-command';
import { UsageError } from '../../../../src/patcher/commands/options';

const APPLY = ['--control-plane-nodes', '3', '--endpoint', '10.96.0.50:4317'];

test('apply takes over a setup made by hand where that is asked for, and not otherwise', () => {
  expect(readNodeOptions([...APPLY, '--adopt'], 'enabled').spec).toMatchObject({ adopt: true, state: 'enabled', controlPlaneNodes: 3 });
  expect(readNodeOptions(['--adopt', ...APPLY], 'enabled').spec.adopt).toBe(true);
  expect(readNodeOptions(APPLY, 'enabled').spec).not.toHaveProperty('adopt');
});

test.each([
  ['revert', ['--control-plane-nodes', '3', '--adopt'], 'disabled', '--adopt must be left out: revert gives back what was there before'],
  ['a value', [...APPLY, '--adopt=yes'], 'enabled', '--adopt takes no value (--adopt=yes)'],
  ['no number of nodes', ['--endpoint', '10.96.0.50:4317'], 'enabled', '--control-plane-nodes is required'],
] as const)('%s is wrong usage, in words', (_, args, state, message) => {
  const reading = () => readNodeOptions(args, state);
  expect(reading).toThrow(UsageError);
  expect(reading).toThrow(message);
});
