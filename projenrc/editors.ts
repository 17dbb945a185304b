import { TextFile } from 'projen';
import { NodeProject } from 'projen/lib/javascript';
import { DevContainer } from 'projen/lib/vscode';

/** What an editor, or a container in the cloud, needs to work here as CI does. */
export function addEditors(project: NodeProject): void {
  new TextFile(project, '.editorconfig', {
    lines: [
      'root = true', '',
      '[*]', 'charset = utf-8', 'end_of_line = lf', 'indent_size = 2', 'indent_style = space', 'insert_final_newline = true', 'trim_trailing_whitespace = true', '',
      '[*.go]', 'indent_style = tab', '',
      '[*.{md,ts}]', 'max_line_length = 150',
    ],
  });
  const container = new DevContainer(project, {
    dockerImage: { image: 'mcr.microsoft.com/devcontainers/typescript-node:24-bookworm', dockerFile: undefined },
    features: [{ name: 'ghcr.io/devcontainers/features/go', version: '1' }, { name: 'ghcr.io/devcontainers/features/java', version: '1' }],
  });
  // The cluster tests make namespaces, mounts and cgroups of their own.
  container.config.runArgs = ['--privileged', '--cgroupns=private'];
  container.config.remoteUser = 'root';
  container.config.onCreateCommand = 'apt-get update && apt-get install -y runc containernetworking-plugins iproute2 iptables conntrack haproxy strace && npm ci';
  container.addVscodeExtensions('dbaeumer.vscode-eslint', 'EditorConfig.EditorConfig');
}
