// pdf.js opens a sealed PDF: pages, text, attached files, fields, scripts. One JSON object a line in, one out.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const folder = dirname(createRequire(import.meta.url).resolve("pdfjs-dist/package.json"));
// Without a canvas pdf.js misses some classes of a browser; nothing is drawn here.
for (const name of ["DOMMatrix", "ImageData", "Path2D"]) globalThis[name] ??= class {};
const pdfjs = await import(join(folder, "legacy/build/pdf.mjs"));

const read = async ({ path }) => {
  const task = pdfjs.getDocument({
    data: new Uint8Array(readFileSync(path)),
    isEvalSupported: false,
    useSystemFonts: false,
    verbosity: 0,
    standardFontDataUrl: join(folder, "standard_fonts/"),
    cMapUrl: join(folder, "cmaps/"),
  });
  const pdf = await task.promise;
  const texts = [];
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const content = await (await pdf.getPage(number)).getTextContent();
    texts.push(content.items.map((item) => item.str + (item.hasEOL ? "\n" : "")).join(""));
  }
  const files = (await pdf.getAttachments()) ?? {};
  const fields = (await pdf.getFieldObjects()) ?? {};
  const mark = await pdf.getMarkInfo();
  const { info } = await pdf.getMetadata();
  const answer = {
    pages: pdf.numPages,
    texts,
    files: Object.fromEntries(Object.entries(files).map(([name, file]) => [name, Buffer.from(file.content).toString("base64")])),
    fields: Object.fromEntries(Object.entries(fields).map(([name, all]) => [name, all.map((one) => one.type)])),
    scripts: await pdf.getJSActions(),
    tagged: Boolean(mark?.Marked),
    signed: Boolean(info.IsSignaturesPresent),
    language: info.Language,
    title: info.Title,
  };
  await task.destroy();
  return answer;
};

for await (const line of createInterface({ input: process.stdin })) {
  const { op, ...message } = JSON.parse(line);
  let answer;
  try {
    answer = op === "read" ? await read(message) : { error: `unknown question ${op}` };
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
