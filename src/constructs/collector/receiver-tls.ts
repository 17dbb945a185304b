import { Fields } from './collector-config';
import { CollectorOptions } from './collector-props';
import { CollectorVolume } from '../exporters/collector-volume';

/** What the receiver shows and asks for; undefined for plain text. */
export function receiverTls({ receiverCertificate, receiverClientCa }: CollectorOptions): Fields | undefined {
  return receiverCertificate === undefined ? undefined : {
    ...receiverCertificate._files,
    // Certificates are renewed without a restart.
    reload_interval: '5m',
    ...(receiverClientCa === undefined ? {} : { client_ca_file: receiverClientCa._file, client_ca_file_reload: true }),
  };
}

export function receiverVolumes({ receiverCertificate, receiverClientCa }: CollectorOptions): CollectorVolume[] {
  return [receiverCertificate?._volume, receiverClientCa?._volume].filter(volume => volume !== undefined);
}
