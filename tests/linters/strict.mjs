// Compiles JSON Schemas as strictly as ajv can: node strict.mjs FILES... A line for each that it refuses.
import { readFile } from "node:fs/promises";
import process from "node:process";

import Ajv from "ajv/dist/2020.js";

for (const file of process.argv.slice(2)) {
  try {
    new Ajv({ strict: true, allErrors: true }).compile(JSON.parse(await readFile(file, "utf-8")));
  } catch (error) {
    console.error(`${file}: ${error.message}`);
    process.exitCode = 1;
  }
}
