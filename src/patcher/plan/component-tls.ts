import { CertificateFiles } from './certificates';
import { CommandLine } from './command-line';
import { environmentOf, EnvironmentWants } from './environment';
import { Manifest } from './manifest';
import { MountedFile } from './mounted-files';
import { Component } from './plan';
import { takesClientCertificate } from '../../patch-spec/component-environment';
import { Version } from '../../patch-spec/version';

/** For traces alone these win over the others. */
const PREFIXES = ['OTEL_EXPORTER_OTLP_', 'OTEL_EXPORTER_OTLP_TRACES_'] as const;

export interface TlsWants {
  readonly environment: EnvironmentWants;
  readonly files: readonly MountedFile[];
  readonly checks: readonly (() => void)[];
}

/**
 * The exporter of OpenTelemetry for Go prefers credentials of the environment to the plain text that the components ask for. A file that it cannot
 * read it passes over, and sends plain text: so each file is mounted with `type: File`, without which the pod does not start.
 */
export function tlsWants(manifest: Manifest, line: CommandLine, component: Component, version: Version, certificates: CertificateFiles): TlsWants {
  const wanted: (readonly [variable: string, volume: string, path: string])[] = [
    ['CERTIFICATE', 'tracing-ca', certificates.ca.path],
    ...certificates.client ? [
      ['CLIENT_CERTIFICATE', 'tracing-client-certificate', certificates.client.certificate.path] as const,
      ['CLIENT_KEY', 'tracing-client-key', certificates.client.key.path] as const,
    ] : [],
  ];
  const environment = environmentOf(line.container);
  const variables = wanted.map(([name, , path]) => ({ name: `OTEL_EXPORTER_OTLP_${name}`, value: path }));
  const others = PREFIXES.flatMap(prefix => ['CERTIFICATE', 'CLIENT_CERTIFICATE', 'CLIENT_KEY'].map(name => prefix + name));
  return {
    environment: {
      variables: variables.filter(({ name }) => !environment.has(name)),
      inTheWay: others.flatMap(name => {
        const there = environment.get(name);
        const ours = variables.find(variable => variable.name === name);
        if (!there || there.value !== undefined && there.value === ours?.value) return [];
        const shown = there.value === undefined ? 'a value from elsewhere' : JSON.stringify(there.value);
        const message = `${name} is set to ${shown} by someone else, and would decide how spans are sent instead of componentTls: remove it first, or leave componentTls out`;
        return [{ variable: there, message, ...ours && { instead: ours } }];
      }),
      notes: [],
    },
    files: wanted.map(([, name, path]) => ({ name, path })),
    checks: certificates.client ? [() => checkClient(manifest, line, component, version)] : [],
  };
}

function checkClient(manifest: Manifest, line: CommandLine, component: Component, version: Version): void {
  if (!takesClientCertificate(component, version)) {
    manifest.refuse('component-tls', manifest.find([...line.path, 'image']) ?? 0,
      `${component} ${version.text} takes no client certificate from its environment (${component === 'etcd' ? 'etcd 3.5.11' : 'kube-apiserver 1.29'} is the first that does), `
      + 'so that the collector would refuse it: leave out the client certificate, or use an agent');
  }
  const user = line.container.securityContext?.runAsUser ?? manifest.pod.spec.securityContext?.runAsUser ?? 0;
  if (user !== 0) {
    manifest.refuse('component-tls', manifest.find([...line.path, 'securityContext']) ?? manifest.find(['spec', 'securityContext']) ?? 0,
      `${component} runs as user ${String(user)}, and the private key on the node is readable by root alone: leave out the client certificate, or use an agent`);
  }
}
