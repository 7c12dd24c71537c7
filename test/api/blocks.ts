/** A block of docs/api.md: a command, what it answers, and what its answer is called from there on. */
export interface Block {
  line: number;
  script: string;
  status: number;
  /** The name of a variable that gets the id, or the url, in the answer. */
  keeps: string | undefined;
}

/** The blocks of a text that are fenced as bash. Throws on one that does not begin with its status. */
export function blocksOf(text: string): Block[] {
  return [...text.matchAll(/^```bash\n([\s\S]*?)^```$/gm)].map((found) => {
    const [, script = ''] = found;
    const line = text.slice(0, found.index).split('\n').length;
    const said = /^# (\d{3}): .*/.exec(script);
    if (!said) throw new Error(`docs/api.md:${line} does not begin with "# STATUS: …"`);
    return { line, script, status: Number(said[1]), keeps: /\$([A-Z_]+) is /.exec(said[0])?.[1] };
  });
}

/** The operation that a block calls: a method, and a path whose variables are braces. */
export function callOf({ script }: Block): { method: string; path: string } {
  const method = /-X ([A-Z]+)/.exec(script)?.[1] ?? 'GET';
  // A link has its host in it.
  const [, path = ''] = /"\$SHOTWIRE_URL([^"?]*)/.exec(script.replace('"$LINK"', '"$SHOTWIRE_URL/links/{account}/{token}"')) ?? [];
  return { method: method.toLowerCase(), path };
}
