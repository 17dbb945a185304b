package main

import (
	"github.com/aws/jsii-runtime-go"
	tracing "github.com/cdk8s-control-plane-tracing/cdk8s-control-plane-tracing-go/cdk8scontrolplanetracing"
	"github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"
)

func main() {
	defer jsii.Close()
	app := cdk8s.NewApp(nil)
	chart := cdk8s.NewChart(app, jsii.String("tracing"), &cdk8s.ChartProps{Namespace: jsii.String("control-plane-tracing")})
	collector := tracing.NewCollector(chart, jsii.String("collector"), &tracing.CollectorProps{
		ClusterName: jsii.String("prod-eu-1"),
		ClusterIP:   jsii.String("10.96.0.50"),
		Sampling: tracing.SpanSampling_Tail(&tracing.TailSamplingOptions{
			RestPercentage: jsii.Number(1),
			KeepSlowerThan: cdk8s.Duration_Millis(jsii.Number(500)),
		}),
		DropTraces: &[]tracing.SpanFilter{tracing.SpanFilter_Leases()},
		Redactions: &[]tracing.SpanRedaction{tracing.SpanRedaction_ClientAddresses()},
		Exporters: &[]tracing.ISpanExporter{
			tracing.SpanExporter_OtlpGrpc(jsii.String("tempo"), &tracing.OtlpGrpcExporterOptions{
				Endpoint: jsii.String("tempo-distributor.observability:4317"),
				Insecure: jsii.Bool(true),
			}),
			tracing.SpanExporter_OtlpHttp(jsii.String("vendor"), &tracing.OtlpHttpExporterOptions{
				Endpoint: jsii.String("https://otlp.example.com"),
				SecretHeaders: &map[string]tracing.SecretRef{
					"x-api-key": tracing.SecretRef_FromSecretName(jsii.String("vendor"), jsii.String("api-key")),
				},
			}),
		},
	})
	tracing.NewTracingStack(chart, jsii.String("tracing"), &tracing.TracingStackProps{
		Collector:              collector,
		CreateNamespace:        jsii.Bool(true),
		ControlPlaneNodes:      jsii.Number(3),
		Components:             &[]tracing.ControlPlaneComponent{tracing.ControlPlaneComponent_API_SERVER, tracing.ControlPlaneComponent_ETCD},
		SamplingRatePerMillion: jsii.Number(10_000),
		KeepApiServerVerbosity: jsii.Bool(true),
		State:                  tracing.TracingState_ENABLED,
		Soak:                   cdk8s.Duration_Seconds(jsii.Number(30)),
		Labels:                 &map[string]*string{"team": jsii.String("platform")},
	})
	app.Synth()
}
