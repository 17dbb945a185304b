import { endsOf, readAll, validityProblem } from '../apply/certificates';
import { Host } from '../host/host';
import { Component } from '../plan/plan';
import { Container } from '../plan/pod';

const VARIABLES = ['OTEL_EXPORTER_OTLP_CERTIFICATE', 'OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE'];
const DAY = 86_400_000;
/** As the alert has it. */
const SOON = 14;

/** Says how long the certificates that the component reads are valid. @returns whether all are, at this moment */
export function certificatesValid(
  { files, clock }: Pick<Host, 'files' | 'clock'>, component: Component, env: Container['env'], print: (line: string) => void,
): boolean {
  const paths = (env ?? []).filter(({ name }) => VARIABLES.includes(name)).map(({ value }) => String(value));
  return paths.map(path => {
    const certificates = readAll(files.readIfThere(path)?.text ?? '');
    if (typeof certificates === 'string') {
      print(`${component}: ${path} ${certificates}`);
      return false;
    }
    const problem = certificates.map(certificate => validityProblem(certificate, clock)).find(found => found !== undefined);
    const first = endsOf(certificates, clock)[0]!;
    const days = Math.floor(-clock.since(first) / DAY);
    print(`${component}: ${path} ${problem ?? `is valid until ${first}, ${days === 1 ? 'for one day' : `for ${days} days`}${days < SOON ? ': renew it, and ask for a new run' : ''}`}`);
    return problem === undefined;
  }).every(valid => valid);
}
