import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { document, PROMETHEUS_VARIABLE, TEMPO_VARIABLE } from './dashboard-document';
import { JOB_VARIABLE, requestPanels } from './dashboard-requests';
import { DashboardSource, spanPanels } from './dashboard-spans';
import { Metadata, withoutSubstitution } from './metadata';
import { contentHash } from '../kit/canonical-json';

export interface DashboardOptions extends DashboardSource {
  readonly metadata: Metadata;
  readonly name: string;
}

/** What Grafana takes as a dashboard's id at most. */
const LONGEST_UID = 40;

/**
 * Two dashboards: over the spans, by queries of Tempo, with the collector's own metrics; and over what the API servers count of all requests,
 * whose exemplars lead to traces in any backend.
 */
export function dashboard(scope: Construct, { metadata, name, namespace, workload, sampler }: DashboardOptions): ApiObject {
  const documents = {
    [name]: document({
      uid: name,
      title: `Control-plane tracing (${name})`,
      description: 'What spans alone know. Panels over spans need Tempo with TraceQL metrics: on in Tempo 3.0, and in older releases with the '
        + "metrics-generator's processor local-blocks. Panels over the collector need Prometheus.",
      variables: [TEMPO_VARIABLE, PROMETHEUS_VARIABLE],
      panels: spanPanels({ namespace, workload, sampler }),
    }),
    [`${name}-requests`]: document({
      uid: uidOf(name, '-requests'),
      title: `API server requests (${name})`,
      description: "Every request, whatever share of them is traced, from the API servers' own histograms. Exemplars open the trace of a request: Prometheus "
        + "takes them by the protobuf format, and Grafana's data source names the backend of the label trace_id.",
      variables: [PROMETHEUS_VARIABLE, JOB_VARIABLE],
      panels: requestPanels(),
    }),
  };
  return new ApiObject(scope, 'dashboard', k8s.KubeConfigMap.manifest({
    metadata: withoutSubstitution({ ...metadata, labels: { grafana_dashboard: '1', ...metadata.labels } }),
    data: Object.fromEntries(Object.entries(documents).map(([file, content]) => [`${file}.json`, `${JSON.stringify(content, undefined, 2)}\n`])),
  }));
}

function uidOf(name: string, suffix: string): string {
  return name.length + suffix.length <= LONGEST_UID ? `${name}${suffix}` : `${name.slice(0, LONGEST_UID - suffix.length - 7)}-${contentHash(name).slice(0, 6)}${suffix}`;
}
