/** Page for the engineer on call: messages, Jobs and alerts carry its address. */
export const RUNBOOK = 'https://github.com/cdk8s-control-plane-tracing/cdk8s-control-plane-tracing/blob/main/docs/how-to/runbook.md';
