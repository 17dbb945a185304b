/** What a text is, for a terminal that shows colours. */
export interface Style {
  readonly heading: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly alarm: (text: string) => string;
  /** By the cause of the time: webhooks, etcd … */
  readonly cause: (cause: string, text: string) => string;
}

const plain = (text: string) => text;

export const PLAIN: Style = { heading: plain, dim: plain, alarm: plain, cause: (_, text) => text };

const sequence = (code: string) => (text: string) => `\u001b[${code}m${text}\u001b[0m`;

const CAUSES: readonly (readonly [RegExp, string])[] = [[/^webhook/, '35'], [/^etcd/, '32'], [/^(queueing|auth)/, '33'], [/^encoding/, '36'], [/^KMS/, '31']];

export const COLOURS: Style = {
  heading: sequence('1'),
  dim: sequence('2'),
  alarm: sequence('1;31'),
  cause: (cause, text) => sequence(CAUSES.find(([pattern]) => pattern.test(cause))?.[1] ?? '34')(text),
};
