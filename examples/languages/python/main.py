from cdk8s import App, Chart, Duration
from cdk8s_control_plane_tracing import (
    Collector,
    ControlPlaneComponent,
    SecretRef,
    SpanExporter,
    SpanFilter,
    SpanRedaction,
    SpanSampling,
    TracingStack,
    TracingState,
)

app = App()
chart = Chart(app, "tracing", namespace="control-plane-tracing")
collector = Collector(
    chart,
    "collector",
    cluster_name="prod-eu-1",
    cluster_ip="10.96.0.50",
    sampling=SpanSampling.tail(rest_percentage=1, keep_slower_than=Duration.millis(500)),
    drop_traces=[SpanFilter.leases()],
    redactions=[SpanRedaction.client_addresses()],
    exporters=[
        SpanExporter.otlp_grpc("tempo", endpoint="tempo-distributor.observability:4317", insecure=True),
        SpanExporter.otlp_http(
            "vendor",
            endpoint="https://otlp.example.com",
            secret_headers={"x-api-key": SecretRef.from_secret_name("vendor", "api-key")},
        ),
    ],
)
TracingStack(
    chart,
    "tracing",
    collector=collector,
    create_namespace=True,
    control_plane_nodes=3,
    components=[ControlPlaneComponent.API_SERVER, ControlPlaneComponent.ETCD],
    sampling_rate_per_million=10_000,
    keep_api_server_verbosity=True,
    state=TracingState.ENABLED,
    soak=Duration.seconds(30),
    labels={"team": "platform"},
)
app.synth()
