// A full run of the TypeScript client: node full_run.mjs ERA (--url URL | COMMAND ARG...); prints one JSON line.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import path from "node:path";

const require = createRequire(path.join(process.env.MAESTRO_CLIENTS, "package.json"));
const load = async (name) => import(pathToFileURL(require.resolve(name)));
const { Client, StreamableHTTPClientTransport } = await load("@modelcontextprotocol/client");
const { StdioClientTransport } = await load("@modelcontextprotocol/client/stdio");

const [era, ...target] = process.argv.slice(2);
const mode = era === "modern" ? { pin: "2026-07-28" } : era;
const transport =
  target[0] === "--url"
    ? new StreamableHTTPClientTransport(new URL(target[1]))
    : new StdioClientTransport({ command: target[0], args: target.slice(1), env: process.env, stderr: "inherit" });
const client = new Client({ name: "full-run", version: "1" }, { versionNegotiation: { mode } });

await client.connect(transport);
const { tools } = await client.listTools();
const { prompts } = await client.listPrompts();
const { resources } = await client.listResources();
const { resourceTemplates } = await client.listResourceTemplates();
const status = await client.callTool({ name: "vault_status", arguments: {} });
const search = await client.callTool({ name: "search_docs", arguments: { query: "dependency with yield" } });
const refused = await client.callTool({ name: "search_docs", arguments: { query: "x", limit: 99 } });
const prompt = await client.getPrompt({ name: "review", arguments: { focus: "security" } });
const resource = await client.readResource({ uri: "maestro://vault" });
console.log(
  JSON.stringify({
    tools: tools.length,
    prompts: prompts.length,
    resources: resources.length,
    templates: resourceTemplates.length,
    layer: status.structuredContent.layer,
    search: search.content[0].text,
    searchHasTwin: "structuredContent" in search,
    refused: refused.isError && refused.content[0].text,
    prompt: prompt.messages[0].content.text,
    resource: resource.contents[0].text,
  }),
);
await client.close();
