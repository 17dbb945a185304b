import { isAtLeast, Version } from './version';

/** The components whose exporters are OpenTelemetry for Go, which reads the environment. */
type Component = 'kube-apiserver' | 'etcd';

/**
 * Which release takes what from its environment, by the version of OpenTelemetry for Go that it is built with: in the API server 0.20 to 1.25,
 * 1.10 to 1.28 and 1.19 from 1.29 on; in etcd 1.0 to 3.5.10 and 1.20 from 3.5.11 on.
 */
function isRecent(component: Component, version: Version): boolean {
  return component === 'etcd' ? isAtLeast(version, 3, 5, 11) : isAtLeast(version, 1, 29);
}

/** Whether a percent-encoded value is decoded; every release takes the attributes themselves. */
export function decodesAttributes(component: Component, version: Version): boolean {
  return isRecent(component, version);
}

/** Whether a client certificate is taken. Every supported release takes a CA, prefers it to plain text, and so never falls back to that. */
export function takesClientCertificate(component: Component, version: Version): boolean {
  return isRecent(component, version);
}
