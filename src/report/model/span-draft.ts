/** A span while it is read; one object serves for all. */
export class SpanDraft {
  public traceId = '';
  public id = '';
  public parentId = '';
  public name = '';
  /** As in OTLP: 2 is a server's, 3 a client's. */
  public kind = 0;
  /** Nanoseconds since 1970, as digits. */
  public start = '';
  public end = '';
  public failed = false;
  public webhook = '';
  public method = '';
  public target = '';
  public userAgent = '';
  public status = 0;
  /** How many items a list had, from its events. */
  public items = 0;
  private path = '';
  private query = '';

  public clear(): void {
    this.traceId = this.id = this.parentId = this.name = this.start = this.end = '';
    this.kind = this.status = this.items = 0;
    this.failed = false;
    this.webhook = this.method = this.target = this.userAgent = this.path = this.query = '';
  }

  /** Names of attributes of all releases: semantic conventions changed in between. */
  public attribute(key: string, value: string): void {
    switch (key) {
      case 'webhook': this.webhook = value; break;
      case 'http.method': case 'http.request.method': this.method = value; break;
      case 'http.target': this.target = value; break;
      case 'http.url': case 'url.full': this.target = this.target || value.replace(/^[a-z]+:\/\/[^/]*/i, ''); break;
      case 'url.path': this.path = value; break;
      case 'url.query': this.query = value; break;
      case 'http.user_agent': case 'user_agent.original': this.userAgent = value; break;
      case 'http.status_code': case 'http.response.status_code': this.status = Number(value) || 0; break;
      default:
    }
  }

  public eventAttribute(key: string, value: string): void {
    if (key === 'count') this.items = Math.max(this.items, Number(value) || 0);
  }

  /** Path and query, wherever the release has them. */
  public get url(): string {
    return this.target || (this.path && this.query ? `${this.path}?${this.query}` : this.path);
  }
}
