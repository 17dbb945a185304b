/** What this pod has touched: a manifest that is renamed is a component that kubelet restarts. Every ending says so. */
export class Touched {
  private readonly names = new Set<string>();
  /** Whether what was touched was then proven healthy: with its change, or as it was before. */
  public proven: 'changed' | 'rolled-back' | undefined;

  public add(component: string): void {
    this.names.add(component);
    this.proven = undefined;
  }

  public get components(): string[] {
    return [...this.names];
  }
}
