// Extractors of Node in the protocol of the scorer: a JSON line {id, html, url} in, a JSON line out.
//
//     node article_peers.mjs readability.js|defuddle FOLDER
//
// FOLDER has a node_modules with linkedom and with @mozilla/readability or defuddle. Only parsing
// and extraction are timed; what an extractor prints would break the protocol and is dropped.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [system, folder] = process.argv.slice(2);
const packages = resolve(folder, "node_modules");
const require = createRequire(join(packages, "here.js"));
const load = (path) => import(pathToFileURL(path));
const { parseHTML } = await load(require.resolve("linkedom"));

const extractors = {
  "readability.js": () => {
    const { Readability } = require("@mozilla/readability");
    return (html) => {
      const found = new Readability(parseHTML(html).document).parse();
      return (
        found && {
          headline: found.title,
          author: found.byline,
          published: found.publishedTime,
          html: found.content,
        }
      );
    };
  },
  defuddle: async () => {
    const { Defuddle } = await load(join(packages, "defuddle", "dist", "node.js"));
    return async (html, url) => {
      const options = { useAsync: false }; // never ask other servers
      const found = await Defuddle(parseHTML(html).document, url || "http://localhost/", options);
      return {
        headline: found.title,
        author: found.author,
        published: found.published,
        html: found.content,
      };
    };
  },
};

const write = process.stdout.write.bind(process.stdout);
for (const name of ["log", "warn", "error", "info", "debug"]) console[name] = () => {};
const extract = await extractors[system]();
for await (const line of createInterface({ input: process.stdin })) {
  const { html, url } = JSON.parse(line);
  const before = process.cpuUsage();
  let answer;
  try {
    answer = (await extract(html, url)) || { text: "", sections: [] };
  } catch (error) {
    answer = { error: String((error && error.message) || error).slice(0, 300) };
  }
  const spent = process.cpuUsage(before);
  answer.cpu_ms = (spent.user + spent.system) / 1000;
  write(JSON.stringify(answer) + "\n");
}
