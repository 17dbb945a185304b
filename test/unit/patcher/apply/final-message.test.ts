import { EXIT } from '../../../../src/patch-spec/exit-status';
import { finalMessage, terminationMessage } from '../../../../src/patcher/apply/final-message';
import { anchors, page } from '../../docs/markdown';

const ADDRESS = 'https://github.com/cdk8s-control-plane-tracing/cdk8s-control-plane-tracing/blob/main/docs/how-to/runbook.md#exit-codes';
const FAILURES = Object.values(EXIT).filter(status => status !== EXIT.done);

test.each(FAILURES)('status %d ends with the address of the runbook', status => {
  expect(finalMessage(status, 'refused')).toBe(`refused\nrunbook: ${ADDRESS}`);
  expect(terminationMessage(status, 'refused')).toBe(`refused\nrunbook: ${ADDRESS}`);
});

test('the address leads to a heading of the runbook', () => {
  expect(anchors(page('docs/how-to/runbook.md'))).toContain('exit-codes');
});

test('success needs no runbook', () => {
  expect(finalMessage(EXIT.done, 'done')).toBe('done');
  expect(terminationMessage(EXIT.done, 'done')).toBe('done');
});

test('the address is in the status however long the message is, and no character is cut in two', () => {
  for (const message of ['x'.repeat(10_000), 'ä'.repeat(5_000), `a${'ä'.repeat(5_000)}`]) {
    const text = terminationMessage(EXIT.broken, message);
    expect(Buffer.byteLength(text)).toBeGreaterThan(4090);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4096);
    expect(text).toMatch(/[xä]\nrunbook: https:\S+$/);
    expect(text).not.toContain('\uFFFD');
    expect(finalMessage(EXIT.broken, message)).toContain(message);
  }
});
