import { ottlString, spanAttribute } from './ottl';
import { checkRegularExpression } from './re2';
import { refuse } from '../kit/check';

/** What the conventions have called a client's address, on spans of requests and of their parts. */
const CLIENT_ADDRESSES = ['client.address', 'network.peer.address', 'net.sock.peer.addr', 'net.peer.ip', 'http.client_ip', 'client'];
const USER_AGENTS = ['user_agent.original', 'http.user_agent', 'user-agent'];
const URLS = ['http.target', 'url.full', 'url.query', 'http.url', 'url'];

/**
 * A change to what spans tell, before they leave the collector.
 */
export class SpanRedaction {
  /**
   * Removes an attribute from all spans.
   *
   * @throws when the name is empty
   */
  public static remove(attribute: string): SpanRedaction {
    checkName(attribute);
    return new SpanRedaction([`delete_key(span.attributes, ${ottlString(attribute)})`]);
  }

  /**
   * Replaces an attribute by its SHA-256 hash: equal values stay equal. Values that can be guessed can be found again.
   *
   * @throws when the name is empty
   */
  public static hash(attribute: string): SpanRedaction {
    checkName(attribute);
    const path = spanAttribute(attribute);
    return new SpanRedaction([`set(${path}, SHA256(String(${path}))) where ${path} != nil`]);
  }

  /**
   * Replaces what a regular expression (RE2) matches in an attribute.
   *
   * @param attribute the attribute's name
   * @param pattern such as `/secrets/[^/?]+`
   * @param replacement text that is written instead, such as `/secrets/-`; `$` stands for itself, so that `$1` is no reference to a group
   * @throws when the name or the expression is empty, or the expression is not one that RE2 takes
   */
  public static replace(attribute: string, pattern: string, replacement: string): SpanRedaction {
    checkName(attribute);
    if (pattern === '') {
      refuse('pattern', '""', 'not be empty');
    }
    checkRegularExpression('pattern', pattern);
    return new SpanRedaction([`replace_pattern(${spanAttribute(attribute)}, ${ottlString(pattern)}, ${ottlString(replacement.replace(/\$/g, '$$$$'))})`]);
  }

  /**
   * Removes the addresses of the API server's clients.
   */
  public static clientAddresses(): SpanRedaction {
    return new SpanRedaction(CLIENT_ADDRESSES.map(name => `delete_key(span.attributes, ${ottlString(name)})`));
  }

  /**
   * Removes the names and versions of the API server's clients.
   */
  public static userAgents(): SpanRedaction {
    return new SpanRedaction(USER_AGENTS.map(name => `delete_key(span.attributes, ${ottlString(name)})`));
  }

  /**
   * Cuts the query off the URLs of requests: selectors, commands of `exec`.
   */
  public static urlQueries(): SpanRedaction {
    return new SpanRedaction([
      `delete_key(span.attributes, ${ottlString('url.query')})`,
      ...URLS.filter(name => name !== 'url.query').map(name => `replace_pattern(${spanAttribute(name)}, ${ottlString('[?].*')}, "")`),
    ]);
  }

  private constructor(private readonly statements: readonly string[]) {}

  /** @internal */
  public get _statements(): readonly string[] {
    return this.statements;
  }
}

function checkName(attribute: string): void {
  if (attribute === '') {
    refuse('attribute', '""', 'not be empty');
  }
}
