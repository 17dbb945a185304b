import { Construct } from 'constructs';
import { CollectorComponent, CollectorComponentKind, CollectorExtension } from './collector-component';
import { CollectorVolume } from './collector-volume';
import { ISpanExporter } from './i-span-exporter';
import { checkSecretRef } from './secret-ref';
import { SpanExporterConfig } from './span-exporter-config';
import { checkEnum, checkImplements, checkInstance, checkList, checkObject, checkString, refuse } from '../kit/check';
import { checkOptions } from '../kit/check-options';
import { checkPlain } from '../kit/check-plain';

/** An id, as the Collector takes it. */
export const COMPONENT_ID = /^[a-zA-Z][0-9a-zA-Z_]{0,62}(\/[^\s/$][^\s$]{0,1000})?$/;

/** Whatever implements the interface: of this library, of a user's own, or of a language without types. */
export function checkExporter(prop: string, value: unknown): ISpanExporter {
  return checkImplements<ISpanExporter>(prop, value, 'bind', 'an exporter, such as SpanExporter.debug()');
}

export function bindExporters(scope: Construct, exporters: readonly ISpanExporter[]): SpanExporterConfig[] {
  return exporters.map((exporter, index) => bindExporter(scope, `exporters[${index}]`, exporter));
}

/** What an exporter says that it needs: others write exporters, and every part may be what it is not. */
export function bindExporter(scope: Construct, prop: string, exporter: ISpanExporter): SpanExporterConfig {
  const result = checkOptions(`${prop}.bind()`, checkExporter(prop, exporter).bind(scope), 'SpanExporterConfig');
  const of = (field: keyof SpanExporterConfig) => `${prop}.${field}`;
  checkString(of('exporterId'), result.exporterId);
  checkPlain(of('config'), result.config ?? {});
  checkList(of('notSecret'), result.notSecret ?? [], checkString);
  Object.entries(checkObject(of('secretEnv'), result.secretEnv ?? {})).forEach(([name, secret]) => checkSecretRef(`${of('secretEnv')}.${name}`, secret));
  checkList(of('volumes'), result.volumes ?? [], (item, volume) => checkInstance(item, volume, CollectorVolume, 'CollectorVolume.fromSecretName(...), for example'));
  checkList(of('components'), result.components ?? [], checkComponentName);
  const extensions = checkList(of('extensions'), result.extensions ?? [], checkExtension);
  return result.extensions === undefined ? result : { ...result, extensions };
}

/** A component by its kind and its type. */
export function checkComponentName(prop: string, value: unknown): CollectorComponent {
  const { kind, typeName } = checkOptions(prop, value as CollectorComponent, 'CollectorComponent');
  const type = checkString(`${prop}.typeName`, typeName);
  if (!/^[a-zA-Z][0-9a-zA-Z_]{0,62}$/.test(type)) refuse(`${prop}.typeName`, type, 'be the type of a component, such as otlp_grpc: an id without its name after the slash');
  return { kind: checkEnum(`${prop}.kind`, kind, CollectorComponentKind), typeName: type };
}

function checkExtension(prop: string, value: unknown): CollectorExtension {
  const extension = checkOptions(prop, value as CollectorExtension, 'CollectorExtension');
  if (!COMPONENT_ID.test(checkString(`${prop}.extensionId`, extension.extensionId))) {
    refuse(`${prop}.extensionId`, extension.extensionId, 'be an id of the form type or type/name');
  }
  checkObject(`${prop}.config`, extension.config ?? {});
  return extension;
}
