import { Duration } from 'cdk8s';
import { Fields } from './collector-config';
import { checkBoolean, checkMillis, checkNumber, checkWhole, refuse } from '../kit/check';
import { checkOptions } from '../kit/check-options';

/** The API server ends requests that do not watch, stream or forward after this long; what lasts longer is meant to. */
const LONGEST_REQUEST_MS = 60_000;

/** The sampler that goes by a hash of the trace's id has 14 bits for it: a share below 1/16384 keeps nothing. */
const LEAST_PERCENTAGE = 0.01;

/**
 * Options for `SpanSampling.tail`.
 */
export interface TailSamplingOptions {
  /**
   * Share of the remaining traces to keep, in percent: 0 to 100. Traces that another option keeps do not count.
   */
  readonly restPercentage: number;

  /**
   * Keeps every trace in which something failed.
   *
   * @default true
   */
  readonly keepErrors?: boolean;

  /**
   * Duration from which a trace is slow and kept, up to a minute. Longer ones are watches, streams and port-forwards.
   *
   * @default Duration.seconds(1)
   */
  readonly keepSlowerThan?: Duration;

  /**
   * Time to wait for the spans of a trace before the decision: at least 6 seconds, because the components send every 5.
   *
   * @default Duration.seconds(10)
   */
  readonly decisionWait?: Duration;

  /**
   * Number of traces that can wait for a decision at the same time. Beyond it, the oldest are decided early.
   *
   * @default - as many as take a quarter of the collector's memory limit
   */
  readonly maxTraces?: number;
}

/**
 * Traces that the collector keeps, of those that the components have begun.
 *
 * The components decide first, by `samplingRatePerMillion`: what they do not record costs nothing at all.
 */
export class SpanSampling {
  /**
   * Keeps a share of all traces, by their id, so that several collectors decide alike. The Collector rounds the share down to a 16384th.
   *
   * @param percentage how many percent: 0.01 to 100
   */
  public static probabilistic(percentage: number): SpanSampling {
    if (checkNumber('percentage', percentage) < LEAST_PERCENTAGE || percentage > 100) {
      refuse('percentage', percentage, `be from ${LEAST_PERCENTAGE} to 100: the Collector rounds less down to nothing`);
    }
    return new SpanSampling(percentage, undefined);
  }

  /**
   * Keeps traces by what happened in them, once they are complete: those with errors, the slow ones, and a share of the rest.
   *
   * All spans of a trace must reach the same pod: with more than one replica, a first stage of pods sees to it.
   *
   * @throws when an option is not what its documentation allows
   */
  public static tail(options: TailSamplingOptions): SpanSampling {
    const given = checkOptions('options', options, 'TailSamplingOptions');
    const { restPercentage, maxTraces, keepErrors = true, keepSlowerThan = Duration.seconds(1), decisionWait = Duration.seconds(10) } = given;
    if (checkNumber('restPercentage', restPercentage) < 0 || restPercentage > 100) refuse('restPercentage', restPercentage, 'be from 0 to 100');
    checkBoolean('keepErrors', keepErrors);
    const slow = checkMillis('keepSlowerThan', keepSlowerThan, 0);
    if (slow < 1 || slow >= LONGEST_REQUEST_MS) refuse('keepSlowerThan', `${slow} ms`, 'be at least 1 ms and less than a minute');
    const wait = checkMillis('decisionWait', decisionWait, 0);
    if (wait < 6000 || wait > 600_000) refuse('decisionWait', `${wait} ms`, 'be from 6 seconds to 10 minutes');
    if (maxTraces !== undefined) checkWhole('maxTraces', maxTraces, 100, 10_000_000);
    return new SpanSampling(undefined, given);
  }

  private constructor(private readonly percentage: number | undefined, private readonly tailOptions: TailSamplingOptions | undefined) {}

  /** @internal */
  public get _percentage(): number | undefined {
    return this.percentage;
  }

  /** @internal */
  public get _tail(): TailSamplingOptions | undefined {
    return this.tailOptions;
  }
}

/** The policies of a tail sampler that keep traces. */
export function keepingPolicies(options: TailSamplingOptions): Fields[] {
  const { keepErrors = true, keepSlowerThan = Duration.seconds(1), restPercentage } = options;
  return [
    ...(keepErrors ? [{ name: 'errors', type: 'status_code', status_code: { status_codes: ['ERROR'] } }] : []),
    { name: 'slow', type: 'latency', latency: { threshold_ms: keepSlowerThan.toMilliseconds(), upper_threshold_ms: LONGEST_REQUEST_MS } },
    ...(restPercentage > 0 ? [{ name: 'rest', type: 'probabilistic', probabilistic: { sampling_percentage: restPercentage } }] : []),
  ];
}
