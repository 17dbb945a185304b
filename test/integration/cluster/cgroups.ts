/** The cgroups under which the pods of a cluster run, so that they can be found and removed as a whole. */
import * as fs from 'node:fs';
import * as path from 'node:path';

interface Hierarchy {
  readonly mountPoint: string;
  readonly isV2: boolean;
}

/** Makes `cluster/node` in every cgroup hierarchy, ready to hold a kubelet's `--cgroup-root`. */
export function createNodeCgroup(cluster: string, node: string): void {
  for (const hierarchy of hierarchies()) {
    let directory = hierarchy.mountPoint;
    for (const name of [cluster, node]) {
      if (hierarchy.isV2) delegateControllers(directory);
      directory = path.join(directory, name);
      fs.mkdirSync(directory, { recursive: true });
      // In version 1 a new cpuset is empty, and nothing can run in it until it is filled in.
      for (const file of ['cpuset.cpus', 'cpuset.mems']) {
        if (!hierarchy.isV2 && fs.existsSync(path.join(directory, file))) {
          fs.writeFileSync(path.join(directory, file), fs.readFileSync(path.join(directory, '..', file)));
        }
      }
    }
    if (hierarchy.isV2) delegateControllers(directory);
  }
}

function hierarchies(): Hierarchy[] {
  // Fields: https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html
  return fs.readFileSync('/proc/self/mountinfo', 'utf8').split('\n').flatMap((line) => {
    const [mount, filesystem] = line.split(' - ').map((part) => part.split(' '));
    const type = filesystem?.[0];
    if (type !== 'cgroup' && type !== 'cgroup2') return [];
    return [{ mountPoint: mount![4]!, isV2: type === 'cgroup2' }];
  });
}

/** In version 2 a controller works in a cgroup only if its parent passes it on. */
function delegateControllers(directory: string): void {
  const controllers = fs.readFileSync(path.join(directory, 'cgroup.controllers'), 'utf8').trim().split(' ').filter(Boolean);
  for (const controller of controllers) {
    try {
      fs.writeFileSync(path.join(directory, 'cgroup.subtree_control'), `+${controller}`);
    } catch {
      // Not every controller can be passed on everywhere; kubelet says which one it misses.
    }
  }
}
