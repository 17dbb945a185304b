import { checkCondition } from './check-condition';
import { ottlString, spanAttribute } from './ottl';
import { checkRegularExpression } from './re2';
import { checkString, refuse } from '../kit/check';

/** The path and query of a request, as every kube-apiserver writes it on the span of the request. */
const TARGET = 'http.target';
/** The path of a request, as it is written on spans of a request's parts. */
const URL_OF_PART = 'url';

/**
 * A condition for spans, by the attributes that kube-apiserver and etcd set.
 */
export class SpanFilter {
  /**
   * Requests for `/livez`, `/readyz` and `/healthz`, by kubelet, load balancers and monitoring.
   */
  public static healthChecks(): SpanFilter {
    return SpanFilter.paths('^/(livez|readyz|healthz)([/?]|$)');
  }

  /**
   * Requests for `/metrics`.
   */
  public static metricsScrapes(): SpanFilter {
    return SpanFilter.paths('^/metrics([/?]|$)');
  }

  /**
   * Reading and renewing Leases: the heartbeats of nodes and leaders, which are most requests of an idle cluster.
   */
  public static leases(): SpanFilter {
    return SpanFilter.paths('^/apis/coordination\\.k8s\\.io/[^/]+/(namespaces/[^/]+/)?leases([/?]|$)');
  }

  /**
   * Watches, whose spans last as long as the watch: minutes or hours.
   *
   * Before Kubernetes 1.36 nothing tells a watch's trace until the watch ends, so that the spans of its authorization stay.
   */
  public static watches(): SpanFilter {
    return new SpanFilter([
      `IsMatch(${spanAttribute(TARGET)}, ${ottlString('[?&]watch=(1|t|true|True|TRUE)(&|$)')})`,
      `${spanAttribute('verb')} == "WATCH"`,
      'span.name == "cacher.Watch"',
      'span.name == "WatchServer.HandleHTTP"',
    ]);
  }

  /**
   * Authentication of a request in a trace of its own, without the request: what kube-apiserver 1.33 and newer makes of every request
   * of an ordinary user.
   */
  public static loneAuthentication(): SpanFilter {
    return new SpanFilter(['span.name == "authentication" and IsRootSpan()']);
  }

  /**
   * Requests whose path, with its query, matches a regular expression (RE2), such as `^/openapi/`.
   *
   * @throws when the expression is empty, or not one that RE2 takes
   */
  public static paths(pattern: string): SpanFilter {
    checkPattern('pattern', pattern);
    checkRegularExpression('pattern', pattern);
    return new SpanFilter([TARGET, URL_OF_PART].map(attribute => `IsMatch(${spanAttribute(attribute)}, ${ottlString(pattern)})`));
  }

  /**
   * Requests of clients whose user agent matches a regular expression (RE2), such as `^kube-probe/`.
   *
   * @throws when the expression is empty, or not one that RE2 takes
   */
  public static userAgents(pattern: string): SpanFilter {
    checkPattern('pattern', pattern);
    checkRegularExpression('pattern', pattern);
    // By the names of all conventions that a kube-apiserver has followed.
    return new SpanFilter(['user_agent.original', 'http.user_agent', 'user-agent']
      .map(attribute => `IsMatch(${spanAttribute(attribute)}, ${ottlString(pattern)})`));
  }

  /**
   * Spans for which a condition holds.
   *
   * @param condition in the Collector's transformation language, such as `span.name == "SerializeObject"`
   * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/pkg/ottl
   * @throws when the condition is empty, or plainly none
   */
  public static ottl(condition: string): SpanFilter {
    checkPattern('condition', condition);
    checkCondition('condition', condition);
    return new SpanFilter([condition.replace(/\$/g, '$$$$')]);
  }

  private constructor(private readonly conditions: readonly string[]) {}

  /** @internal */
  public get _conditions(): readonly string[] {
    return this.conditions;
  }
}

function checkPattern(prop: string, pattern: string): void {
  if (checkString(prop, pattern).trim() === '') refuse(prop, `"${pattern}"`, 'not be empty: it would mean every span');
}
