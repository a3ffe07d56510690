// Names by compromise (https://github.com/spencermountain/compromise), in Node.
//
//   npm install compromise
//   goldwire eval "cmd:node docs/examples/compromise.mjs"
//
// JavaScript counts UTF-16 units: the first line says so, and goldwire converts. A match runs past
// commas and quotation marks, so its extent is taken from its terms, and cut where one ends in a comma.

import { createInterface } from "node:readline";
import { createRequire } from "node:module";

// Packages are looked for in the working directory, not beside this file.
const nlp = createRequire(`${process.cwd()}/`)("compromise");
const LABELS = { people: "PER", places: "GPE", organizations: "ORG" };

function* spans(text) {
  const doc = nlp(text);
  for (const [kind, label] of Object.entries(LABELS)) {
    for (const match of doc[kind]().json({ offset: true, terms: { offset: true } })) {
      let first = null;
      for (const [at, term] of match.terms.entries()) {
        first ??= term.offset.start;
        const end = term.offset.start + term.offset.length;
        if (term.post.includes(",") || at === match.terms.length - 1) {
          yield { start: first, end, label, text: text.slice(first, end) };
          first = null;
        }
      }
    }
  }
}

const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
say({ hello: { name: "compromise", version: nlp.version, layers: ["mentions"], offsets: "utf16" } });
for await (const line of createInterface({ input: process.stdin })) {
  const { id, text } = JSON.parse(line);
  say({ id, spans: [...spans(text)] });
}
