import { checkString, refuse } from './check';

export function checkClusterName(clusterName: string | undefined): void {
  if (clusterName !== undefined && !/^[^\s$][^$\n]{0,254}$/.test(checkString('clusterName', clusterName))) {
    refuse('clusterName', clusterName, 'have 1 to 255 characters, none of them "$" or a new line, and not begin with a space');
  }
}
