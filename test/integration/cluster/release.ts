/** What a node of one version needs: the programs of its own, and the images of its control plane. */
import { ensureComponents } from '../../support/components/build';
import { clusterComponents, ClusterVersion, findComponent } from '../../support/components/catalog';
import { ClusterImages, ensureClusterImages } from '../../support/components/images';

export class Release {
  public static async build(version: ClusterVersion, log: (line: string) => void): Promise<Release> {
    const components = await ensureComponents(clusterComponents(version), log);
    const binaries = new Map([...components].map(([id, file]) => [findComponent(id).name, file]));
    return new Release(version, binaries, await ensureClusterImages(log, version));
  }

  private constructor(
    public readonly version: ClusterVersion,
    /** Paths of programs by name. */
    public readonly binaries: ReadonlyMap<string, string>,
    public readonly images: ClusterImages,
  ) {}
}
