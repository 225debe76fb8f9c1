// Renders Allure results as one HTML file that asks no other host for anything.
//   node render.mjs REPORTS RESULTS...
// writes REPORTS/allure-report/index.html, and adds to REPORTS/allure-history.jsonl. Each folder of results is an
// environment, named after the target it was found on. Exit code 1 and a line where that fails.

import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import process from "node:process";

import { AllureReport, resolveConfig } from "@allurereport/core";

import settings from "./allurerc.mjs";

const PROPERTIES = "environment.properties";
const RUNS_KEPT = 50;

/** The Java properties of a folder of results: a line each, as the suite writes them. */
async function properties(folder) {
  const text = await readFile(join(folder, PROPERTIES), "utf-8").catch(() => {
    throw new Error(`${folder}: no results of a run, ${PROPERTIES} is missing`);
  });
  const lines = text.split("\n").filter(Boolean);
  return Object.fromEntries(lines.map((line) => [line.split("=", 1)[0], line.slice(line.indexOf("=") + 1)]));
}

/** One environment for each folder, by the label that the suite gives its results. */
async function environments(folders) {
  const found = {};
  for (const folder of folders) {
    const variables = await properties(folder);
    const name = variables.target;
    // Of a target by its URL, the host and the port: Allure refuses a name with a slash or a colon.
    const shown = name.replace(/^https?:\/\//, "").replace(/[/:\\]+/g, "-");
    const id = shown.replace(/[^A-Za-z0-9_-]+/g, "-").slice(0, 64);
    if (found[id]) throw new Error(`${folder}: the target ${name} is in another folder already`);
    found[id] = {
      name: shown.slice(0, 64),
      variables,
      matcher: ({ labels }) => labels.some((label) => label.name === "env" && label.value === name),
    };
  }
  return found;
}

/** The categories of all folders, each once: first the kinds of divergence, then those that every run has. */
async function categories(folders) {
  const found = new Map();
  for (const folder of folders) {
    const rules = JSON.parse(await readFile(join(folder, "categories.json"), "utf-8"));
    // By the distance from the end, where the rules that every run has are.
    rules.forEach((rule, index) => found.set(rule.name, { fromEnd: rules.length - index, rule }));
  }
  const ordered = [...found.values()].sort((one, other) => other.fromEnd - one.fromEnd);
  return ordered.map(({ rule }) => ({ ...rule, groupByMessage: false }));
}

/** The page without the calls that Allure puts into it. Throws where another one is left in it. */
function withoutAnalytics(html) {
  const calls = /<script async src="https:\/\/www\.googletagmanager\.com\/[^"]*"><\/script>\s*<script>.*?<\/script>/s;
  const page = html.replace(calls, "");
  if (/googletagmanager|<(?:script|link|img)[^>]+(?:src|href)="(?:https?:)?\/\//.test(page)) {
    throw new Error("Allure put a call to another host into the report; it was not written");
  }
  return page;
}

/** Takes these results out of the history, which Allure adds them to: who renders twice has not run twice. */
async function forget(history, folders) {
  const text = await readFile(history, "utf-8").catch(() => "");
  const written = new Set();
  for (const folder of folders) {
    for (const name of (await readdir(folder)).filter((each) => each.endsWith("-result.json"))) {
      const { fullName, start } = JSON.parse(await readFile(join(folder, name), "utf-8"));
      written.add(`${start} ${fullName}`);
    }
  }
  const rendered = (line) =>
    Object.values(JSON.parse(line).testResults).every(({ fullName, start }) => written.has(`${start} ${fullName}`));
  const lines = text.split("\n").filter(Boolean);
  const others = lines.filter((line) => !rendered(line));
  if (others.length < lines.length) await writeFile(history, others.map((line) => `${line}\n`).join(""));
}

/** What the report is called: the call, and the targets it was checked on. */
function title(found) {
  const targets = Object.values(found);
  return `${targets[0].variables.endpoint} on ${targets.map(({ name }) => name).join(", ")}`;
}

async function render(reports, folders) {
  const output = join(reports, "allure-report");
  const historyPath = join(reports, "allure-history.jsonl");
  const found = await environments(folders);
  const config = await resolveConfig(
    { ...settings, name: title(found), categories: await categories(folders), environments: found },
    { output, historyPath, historyLimit: RUNS_KEPT },
  );
  await forget(historyPath, folders);
  await rm(output, { recursive: true, force: true });
  const report = new AllureReport(config);
  await report.start();
  for (const folder of folders) {
    // The properties of one folder would be shown for all: they are the variables of its environment instead.
    const names = (await readdir(folder)).filter((name) => name !== PROPERTIES);
    for (const name of names) await report.readFile(join(folder, name));
  }
  await report.done();
  const page = join(output, "index.html");
  try {
    await writeFile(page, withoutAnalytics(await readFile(page, "utf-8")));
  } catch (error) {
    await rm(output, { recursive: true, force: true });
    throw error;
  }
  return page;
}

const [reports, ...results] = process.argv.slice(2).map((path) => resolve(path));
try {
  if (!results.length) throw new Error("usage: node render.mjs REPORTS RESULTS...");
  console.log(`Rendered: ${await render(reports, results)}`);
} catch (error) {
  console.error(`ERROR: ${error.message}`);
  process.exitCode = 1;
}
