package example;

import io.github.cdk8scontrolplanetracing.Collector;
import io.github.cdk8scontrolplanetracing.ControlPlaneComponent;
import io.github.cdk8scontrolplanetracing.OtlpGrpcExporterOptions;
import io.github.cdk8scontrolplanetracing.OtlpHttpExporterOptions;
import io.github.cdk8scontrolplanetracing.SecretRef;
import io.github.cdk8scontrolplanetracing.SpanExporter;
import io.github.cdk8scontrolplanetracing.SpanFilter;
import io.github.cdk8scontrolplanetracing.SpanRedaction;
import io.github.cdk8scontrolplanetracing.SpanSampling;
import io.github.cdk8scontrolplanetracing.TailSamplingOptions;
import io.github.cdk8scontrolplanetracing.TracingStack;
import io.github.cdk8scontrolplanetracing.TracingState;
import java.util.List;
import java.util.Map;
import org.cdk8s.App;
import org.cdk8s.Chart;
import org.cdk8s.ChartProps;
import org.cdk8s.Duration;

public final class Main {
  private Main() {}

  public static void main(String[] args) {
    App app = new App();
    Chart chart = new Chart(app, "tracing", ChartProps.builder().namespace("control-plane-tracing").build());
    Collector collector = Collector.Builder.create(chart, "collector")
        .clusterName("prod-eu-1")
        .clusterIp("10.96.0.50")
        .sampling(SpanSampling.tail(TailSamplingOptions.builder().restPercentage(1).keepSlowerThan(Duration.millis(500)).build()))
        .dropTraces(List.of(SpanFilter.leases()))
        .redactions(List.of(SpanRedaction.clientAddresses()))
        .exporters(List.of(
            SpanExporter.otlpGrpc("tempo", OtlpGrpcExporterOptions.builder()
                .endpoint("tempo-distributor.observability:4317")
                .insecure(true)
                .build()),
            SpanExporter.otlpHttp("vendor", OtlpHttpExporterOptions.builder()
                .endpoint("https://otlp.example.com")
                .secretHeaders(Map.of("x-api-key", SecretRef.fromSecretName("vendor", "api-key")))
                .build())))
        .build();
    TracingStack.Builder.create(chart, "tracing")
        .collector(collector)
        .createNamespace(true)
        .controlPlaneNodes(3)
        .components(List.of(ControlPlaneComponent.API_SERVER, ControlPlaneComponent.ETCD))
        .samplingRatePerMillion(10_000)
        .keepApiServerVerbosity(true)
        .state(TracingState.ENABLED)
        .soak(Duration.seconds(30))
        .labels(Map.of("team", "platform"))
        .build();
    app.synth();
  }
}
