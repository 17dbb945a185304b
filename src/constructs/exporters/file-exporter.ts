import { Size } from 'cdk8s';
import { Construct } from 'constructs';
import { CollectorVolume } from './collector-volume';
import { ISpanExporter } from './i-span-exporter';
import { SpanExporterConfig } from './span-exporter-config';
import { checkDnsLabel, checkInstance, checkMebibytes, checkWhole } from '../kit/check';
import { checkOptions } from '../kit/check-options';

/**
 * Options for `SpanExporter.file`.
 */
export interface FileExporterOptions {
  /**
   * The volume that the files are written to. With a PersistentVolumeClaim the collector has one replica, and its old pod goes before a new one comes.
   *
   * @default - a directory that goes with the pod
   */
  readonly volume?: CollectorVolume;

  /**
   * Size at which a file is rotated: whole mebibytes, at least 1.
   *
   * @default Size.mebibytes(64)
   */
  readonly rotationSize?: Size;

  /**
   * Number of rotated files to keep: 1 to 10000.
   *
   * @default 4
   */
  readonly rotationBackups?: number;
}

/** @internal */
export class FileExporter implements ISpanExporter {
  private readonly result: SpanExporterConfig;

  constructor(name: string, given: FileExporterOptions) {
    checkDnsLabel('name', name, 40);
    const options = checkOptions('options', given, 'FileExporterOptions');
    const megabytes = checkMebibytes('rotationSize', options.rotationSize ?? Size.mebibytes(64), 1);
    const backups = checkWhole('rotationBackups', options.rotationBackups ?? 4, 1, 10_000);
    if (options.volume !== undefined) checkInstance('volume', options.volume, CollectorVolume, 'CollectorVolume.fromPersistentVolumeClaimName(...)');
    const volume = options.volume ?? CollectorVolume.custom(
      `file-${name}`,
      // What it may hold, and a file that is being begun.
      { emptyDir: { sizeLimit: `${megabytes * (backups + 2)}Mi` } },
      `/var/lib/otelcol/files/${name}`,
    );
    this.result = {
      exporterId: `file/${name}`,
      config: { path: `${volume.mountPath}/traces.json`, rotation: { max_megabytes: megabytes, max_backups: backups } },
      volumes: [volume],
    };
  }

  public bind(_scope: Construct): SpanExporterConfig {
    return this.result;
  }
}
