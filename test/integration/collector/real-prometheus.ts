import { ChildProcess, spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { ownAddress, until } from './real-collector';
import { Scratch } from './scratch-directory';

/** A scrape, as Prometheus has it in `scrape_configs`. */
export interface Scrape {
  readonly job_name: string;
  readonly [field: string]: unknown;
}

export interface Exemplar {
  readonly series: Labels;
  readonly labels: { readonly [label: string]: string };
  readonly value: string;
  /** In seconds. */
  readonly timestamp: number;
}

export type Labels = { readonly [label: string]: string };

/** In seconds. */
export interface Range {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** When, in seconds, and what. */
export type Point = readonly [seconds: number, value: number];

/** Prometheus itself, which takes exemplars. */
export class RealPrometheus {
  public readonly address = ownAddress();
  private readonly directory: string;
  private process?: ChildProcess;

  constructor(private readonly binary: string, scratch: Scratch) {
    scratch.ending(() => this.stop());
    this.directory = scratch.below('prometheus');
  }

  public async start(scrapes: readonly Scrape[]): Promise<this> {
    const config = path.join(this.directory, 'prometheus.yml');
    const log = fs.openSync(path.join(this.directory, 'log'), 'w');
    // A file of JSON is one of YAML.
    fs.writeFileSync(config, JSON.stringify({ global: { scrape_interval: '1s' }, scrape_configs: scrapes.map(scrape => ({ ...this.protocols(), ...scrape })) }));
    this.process = spawn(this.binary, [
      `--config.file=${config}`, `--storage.tsdb.path=${this.directory}/data`, `--web.listen-address=${this.address}:9090`,
      // Up to 2.48 Prometheus asks for protobuf, in which the exemplars are, where it takes native histograms.
      '--enable-feature=exemplar-storage,native-histograms',
    ], { stdio: ['ignore', log, log] });
    fs.closeSync(log);
    await until(async () => fetch(`http://${this.address}:9090/-/ready`).then(({ ok }) => ok, () => false), 'Prometheus is ready');
    return this;
  }

  public async stop(): Promise<void> {
    const child = this.process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise(resolve => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }

  /** @returns what an expression comes to now, without what is no number */
  public async query(expr: string): Promise<readonly { readonly metric: Labels; readonly value: number }[]> {
    const { result } = await this.get<{ result: { metric: Labels; value: [number, string] }[] }>('query', { query: expr });
    return result.map(({ metric, value: [, text] }) => ({ metric, value: Number(text) })).filter(({ value }) => !Number.isNaN(value));
  }

  /** @returns what an expression came to every `step` seconds, without what is no number */
  public async range(expr: string, { start, end, step }: Range): Promise<readonly { readonly metric: Labels; readonly values: readonly Point[] }[]> {
    const { result } = await this.get<{ result: { metric: Labels; values: [number, string][] }[] }>('query_range', {
      query: expr, start: String(start), end: String(end), step: String(step),
    });
    return result.map(({ metric, values }) => ({
      metric, values: values.map(([at, text]): Point => [at, Number(text)]).filter(([, value]) => Number.isFinite(value)),
    }));
  }

  public async exemplars(expr: string): Promise<Exemplar[]> {
    const now = Date.now() / 1000;
    const series = await this.get<{ seriesLabels: Labels; exemplars: Omit<Exemplar, 'series'>[] }[]>('query_exemplars', { query: expr, start: String(now - 3600), end: String(now + 60) });
    return series.flatMap(({ seriesLabels, exemplars }) => exemplars.map(exemplar => ({ ...exemplar, series: seriesLabels })));
  }

  private async get<T>(endpoint: string, parameters: Labels): Promise<T> {
    const answer = await fetch(`http://${this.address}:9090/api/v1/${endpoint}?${new URLSearchParams(parameters).toString()}`);
    const body = await answer.json() as { status: string; error?: string; data: T };
    if (body.status !== 'success') throw new Error(`${parameters.query!}: ${body.error!}`);
    return body.data;
  }

  /** From 2.49 on a scrape says it itself. */
  private protocols(): object {
    const { stdout, stderr } = spawnSync(this.binary, ['--version'], { encoding: 'utf8' });
    const [, major = '0', minor = '0'] = /version (\d+)\.(\d+)/.exec(`${stdout}${stderr}`) ?? [];
    return Number(major) > 2 || Number(minor) >= 49 ? { scrape_protocols: ['PrometheusProto', 'OpenMetricsText1.0.0', 'PrometheusText0.0.4'] } : {};
  }
}
