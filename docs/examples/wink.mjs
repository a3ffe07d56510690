// Dates by wink-nlp (https://winkjs.org), in Node.
//
//   npm install wink-nlp wink-eng-lite-web-model
//   goldwire eval "cmd:node docs/examples/wink.mjs"
//
// wink-nlp counts tokens, with inclusive ends. Tokens and the spaces before them give back the text,
// which gives UTF-16 offsets.

import { createInterface } from "node:readline";
import { createRequire } from "node:module";

const require = createRequire(`${process.cwd()}/`);
const nlp = require("wink-nlp")(require("wink-eng-lite-web-model"));
const { its } = nlp;
const TYPES = { DATE: "DATE", TIME: "TIME", DURATION: "DURATION" };

function spans(text) {
  const doc = nlp.readDoc(text);
  const starts = [];
  const ends = [];
  let at = 0;
  doc.tokens().each((token) => {
    at += token.out(its.precedingSpaces).length;
    starts.push(at);
    at += token.out().length;
    ends.push(at);
  });
  const found = [];
  doc.entities().each((entity) => {
    const label = TYPES[entity.out(its.type)];
    const [first, last] = entity.out(its.span);
    if (label) {
      const [start, end] = [starts[first], ends[last]];
      found.push({ start, end, label, layer: "times", text: text.slice(start, end) });
    }
  });
  return found;
}

const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
say({ hello: { name: "wink-nlp", version: "2", layers: ["times"], offsets: "utf16" } });
for await (const line of createInterface({ input: process.stdin })) {
  const { id, text } = JSON.parse(line);
  say({ id, spans: spans(text) });
}
