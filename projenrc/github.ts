import { github, JsonPatch, YamlFile } from 'projen';
import { NodeProject } from 'projen/lib/javascript';

const SETUP: github.workflows.JobStep[] = [
  { name: 'Checkout', uses: 'actions/checkout@v5' },
  { name: 'Setup Node.js', uses: 'actions/setup-node@v5', with: { 'node-version': '24', 'package-manager-cache': false } },
  { name: 'Setup Go', uses: 'actions/setup-go@v6', with: { 'go-version': '1.26', 'cache': false } },
  {
    name: 'Components that were built before',
    uses: 'actions/cache@v4',
    with: { 'path': '~/.cache/cdk8s-control-plane-tracing', 'key': 'components-${{ hashFiles(\'test/support/components/**\') }}', 'restore-keys': 'components-' },
  },
  {
    name: 'What a control plane needs of the system',
    run: 'sudo apt-get update && sudo apt-get install -y runc containernetworking-plugins iproute2 iptables conntrack haproxy strace',
  },
];
/** The tests need root, and the user's tools and cache. */
const asRoot = (command: string) => `sudo -E env "PATH=$PATH" "HOME=$HOME" ${command} && sudo chown -R "$USER" "$HOME/.cache"`;

function workflow(project: NodeProject, name: string, on: github.workflows.Triggers, timeoutMinutes: number, command: string): void {
  const file = new github.GithubWorkflow(project.github!, name);
  file.on(on);
  file.addJob(name, {
    runsOn: ['ubuntu-latest'],
    timeoutMinutes,
    permissions: { contents: github.workflows.JobPermission.READ },
    env: { CI: 'true' },
    steps: [...SETUP, { name, run: command }],
  });
}

/** What projen does not make of its own accord. */
export function addGithub(project: NodeProject): void {
  workflow(project, 'test', { pullRequest: {}, push: { branches: ['main'] }, workflowDispatch: {} }, 60, asRoot('.ci/run'));
  workflow(project, 'long', { schedule: [{ cron: '0 3 * * 0' }], workflowDispatch: {} }, 350,
    `npm ci && ${asRoot('npx projen test:faults')} && ${asRoot('npx projen test:long')} && ${asRoot('npx projen bench')}`);

  project.tryFindObjectFile('.github/workflows/release.yml')!.patch(
    JsonPatch.add('/jobs/release_github/steps/-', {
      name: 'Attach the bill of materials',
      if: '${{ !inputs.dry_run }}',
      env: { GITHUB_TOKEN: '${{ secrets.GITHUB_TOKEN }}' },
      run: 'gh release upload "$(cat dist/releasetag.txt)" dist/sbom.cdx.json -R "$GITHUB_REPOSITORY" --clobber',
    }),
    // The publisher's own default.
    JsonPatch.remove('/jobs/release_npm/steps/9/env/NPM_REGISTRY'),
  );

  const text = (label: string, description: string, required: boolean, render?: string) => ({
    type: 'textarea', id: label.toLowerCase().replace(/[^a-z]+/g, '-'), attributes: { label, description, render }, validations: { required },
  });
  new YamlFile(project, '.github/ISSUE_TEMPLATE/bug.yml', {
    committed: true,
    obj: {
      name: 'Something is wrong',
      description: 'The Job failed, a manifest was not understood, spans do not arrive, an app does not synthesize',
      labels: ['bug'],
      body: [
        { type: 'markdown', attributes: { value: 'Is your API server down? The [runbook](https://github.com/cdk8s-control-plane-tracing/cdk8s-control-plane-tracing/blob/main/docs/how-to/runbook.md#recover-by-hand) has the command. Is it a vulnerability? See [SECURITY.md](https://github.com/cdk8s-control-plane-tracing/cdk8s-control-plane-tracing/blob/main/SECURITY.md).' } },
        text('What happened', 'And what should have happened.', true),
        text('Versions', 'This package, Kubernetes, etcd (the images in the manifests), how the cluster was made.', true),
        text('The app', 'The smallest one that shows it.', false, 'typescript'),
        text('The log of the Job', '`kubectl -n kube-system logs -l cdk8s-control-plane-tracing.github.io/patch --prefix --tail=-1`, or the output of `plan`.', false, 'text'),
        text('The manifest', 'Where it is about one; take out what is secret.', false, 'yaml'),
      ],
    },
  });
  new YamlFile(project, '.github/ISSUE_TEMPLATE/feature.yml', {
    committed: true,
    obj: {
      name: 'Something is missing',
      description: 'A prop, an exporter, a kind of cluster, a page of documentation',
      labels: ['enhancement'],
      body: [text('What do you want to do', 'The task, rather than the solution.', true), text('How could it look', 'Code that you would like to write.', false, 'typescript')],
    },
  });
  new YamlFile(project, '.github/ISSUE_TEMPLATE/config.yml', {
    committed: true,
    obj: {
      blank_issues_enabled: false,
      contact_links: [{
        name: 'A vulnerability',
        url: 'https://github.com/cdk8s-control-plane-tracing/cdk8s-control-plane-tracing/security/advisories/new',
        about: 'Please report it in private',
      }],
    },
  });
}

export const PULL_REQUEST_TEMPLATE = [
  '<!-- The title is a conventional commit: feat: …, fix: …, docs: … -->',
  '',
  '## What and why',
  '',
  '## How it was tested',
  '',
  '- [ ] a test fails without this change',
  '- [ ] `npx projen build` leaves the tree clean',
  '- [ ] for changes of `src/patcher`: `npx projen test:cluster` and `npx projen test:faults` pass',
  '- [ ] documentation says what is true now',
];
