// Sizes, shares and spans of the upload page, in both languages.
import assert from "node:assert/strict";
import { test } from "node:test";
import { moduleOn } from "./page.js";

const english = await moduleOn("upload-words.js", { blocks: { "upload-words": { sent: "{name} has arrived", clockHours: "12" } } });
const spanish = await moduleOn("upload-words.js", { language: "es" });
const KB = 1024;

test("values are put into a sentence, and one that is missing leaves a gap instead of a brace", () => {
  assert.equal(english.fill(english.words.sent, { name: "porch.mp4" }), "porch.mp4 has arrived");
  assert.equal(english.fill("{a} of {b}", { a: "1" }), "1 of ");
  assert.equal(english.fill("{a}", { a: "{b}", b: "no" }), "{b}", "a file's name is not a sentence");
  assert.equal(english.fill("{n}", { n: "$& $1" }), "$& $1");
});

test("a size has the largest unit that leaves one before the point, and a decimal below ten", () => {
  const sizes = [0, 1, 1023, KB, 1.5 * KB, 9.96 * KB, 10.4 * KB, KB ** 2, 4.25 * KB ** 3, 2 * KB ** 4, 3000 * KB ** 4];
  assert.deepEqual(sizes.map(english.size), [
    "0 bytes", "1 byte", "1,023 bytes", "1 kB", "1.5 kB", "10 kB", "10 kB", "1 MB", "4.3 GB", "2 TB", "3,000 TB",
  ]);
  assert.equal(spanish.size(1.5 * KB), "1,5 kB");
});

test("a share is never rounded up: 100% is said when everything is there", () => {
  assert.deepEqual([0, 0.004, 0.299, 0.5, 0.9999, 1].map(english.percent), ["0%", "0%", "29%", "50%", "99%", "100%"]);
  assert.equal(spanish.percent(0.5).replace(/\s/g, " "), "50 %");
});

test("a span goes by fives of seconds, then minutes, then hours", () => {
  const spans = [0, 4, 5.1, 57, 60, 89, 91, 3600, 5399, 5400, 90_000];
  assert.deepEqual(spans.map(english.span), [
    "5 seconds", "5 seconds", "10 seconds", "60 seconds", "1 minute", "1 minute", "2 minutes", "60 minutes",
    "90 minutes", "2 hours", "25 hours",
  ]);
  assert.deepEqual([60, 7200].map(spanish.span), ["1 minuto", "2 horas"]);
});

test("a length is shown as players do, and the day of a span once", () => {
  assert.deepEqual([0.4, 59.6, 61, 3_600, 36_061].map(english.length), ["0:00", "1:00", "1:01", "1:00:00", "10:01:01"]);
  const at = (/** @type {string} */ text) => Date.parse(`2026-11-${text}Z`);
  const plain = (/** @type {string} */ text) => text.replace(/[\u2009\u202f\u00a0]/g, " ");
  const shown = plain(english.clockTimes(at("28T23:00"), at("28T23:20")));
  assert.equal(shown.match(/Nov 28/g)?.length, 1);
  assert.match(shown, /11:00.*11:20 PM/);
  assert.match(plain(english.clockTimes(at("28T23:50"), at("29T00:10"))), /Nov 28.*Nov 29/);
});
