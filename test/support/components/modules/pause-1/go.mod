module cdk8s-control-plane-tracing.test/pause

go 1.24
