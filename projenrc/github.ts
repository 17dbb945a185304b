import { Component, github, JsonPatch, YamlFile } from 'projen';
import { NodeProject } from 'projen/lib/javascript';

/** Every action that a workflow uses, at one commit each: a tag can be moved, a commit cannot. */
const ACTIONS: Readonly<Record<string, string>> = {
  'actions/cache': '0400d5f644dc74513175e3cd8d07132dd4860809', // v4.2.4
  'actions/checkout': '08c6903cd8c0fde910a37f88322edcfb5dd907a8', // v5.0.0
  'actions/setup-dotnet': 'd4c94342e560b34958eacfc5d055d21461ed1c5d', // v5.0.0
  'actions/setup-go': '44694675825211faa026b3c33043df3e48a5fa00', // v6.0.0
  'actions/setup-java': 'dded0888837ed1f317902acf8a20df0ad188d165', // v5.0.0
  'actions/setup-node': 'a0853c24544627f65ddf259abe73b1d18a591444', // v5.0.0
  'actions/setup-python': 'e797f83bcb11b83ae66e0230d6156d7c80228e7c', // v6.0.0
  'peter-evans/create-pull-request': '271a8d0340265f705b14b6d32b9829c1cb33d45e', // v7.0.8
};

/** Pins what projen and this project's own workflows use, from the one table. */
export function pinActions(project: NodeProject): void {
  for (const [action, commit] of Object.entries(ACTIONS)) project.github!.actions.set(action, `${action}@${commit}`);
}

const SETUP: github.workflows.JobStep[] = [
  { name: 'Checkout', uses: 'actions/checkout' },
  { name: 'Setup Node.js', uses: 'actions/setup-node', with: { 'node-version': '24', 'package-manager-cache': false } },
  { name: 'Setup Go', uses: 'actions/setup-go', with: { 'go-version': '1.26', 'cache': false } },
  {
    name: 'Components that were built before',
    uses: 'actions/cache',
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

/** Leaves the registry to the publisher, whose default it is: by the name of the variable, wherever projen puts its step. */
class PublisherChoosesRegistry extends Component {
  public override preSynthesize(): void {
    const job = (this.project as NodeProject).github!.tryFindWorkflow('release')!.getJob('release_npm') as github.workflows.Job;
    for (const step of typeof job.steps === 'function' ? (job.steps as () => github.workflows.JobStep[])() : job.steps) {
      if (step.env) delete (step.env as Record<string, string>).NPM_REGISTRY;
    }
  }
}

/** What projen does not make of its own accord. */
export function addGithub(project: NodeProject): void {
  // projen's own workflow runs the unit tests of a pull request; this one adds what needs root. Nothing runs twice.
  workflow(project, 'cluster', { pullRequest: {} }, 60, `npm ci && npx projen pre-compile && ${asRoot('npx projen test:cluster')}`);
  workflow(project, 'test', { push: { branches: ['main'] }, workflowDispatch: {} }, 60, asRoot('.ci/run'));
  workflow(project, 'long', { schedule: [{ cron: '0 3 * * 0' }], workflowDispatch: {} }, 350,
    `npm ci && ${asRoot('npx projen test:faults')} && ${asRoot('npx projen test:long')} && ${asRoot('npx projen bench')} && ${asRoot('npx projen bench:overhead --versions')}`);

  new PublisherChoosesRegistry(project);
  project.tryFindObjectFile('.github/workflows/release.yml')!.patch(
    JsonPatch.add('/jobs/release_github/steps/-', {
      name: 'Attach the bill of materials',
      if: '${{ !inputs.dry_run }}',
      env: { GITHUB_TOKEN: '${{ secrets.GITHUB_TOKEN }}' },
      run: 'gh release upload "$(cat dist/releasetag.txt)" dist/sbom.cdx.json -R "$GITHUB_REPOSITORY" --clobber',
    }),
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
