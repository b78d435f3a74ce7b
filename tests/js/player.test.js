// The clock of the player.
import assert from "node:assert/strict";
import { test } from "node:test";
import { moduleOn } from "./page.js";

const { inWords } = await moduleOn("player.js");

test("minutes and seconds have two digits, and thousandths three", () => {
  assert.deepEqual([0, 9.04, 59.999, 60, 3599.5].map(inWords), [
    "00:00.000",
    "00:09.039", // 9.04 has no exact binary spelling: a clock that is late by less than a thousandth, never early
    "00:59.999",
    "01:00.000",
    "59:59.500",
  ]);
});

test("hours stand there from the first one on, and days are hours", () => {
  assert.deepEqual([3600, 3661.25, 90_000].map(inWords), ["1:00:00.000", "1:01:01.250", "25:00:00.000"]);
});

test("a picture is never named later than it is, nor by more than a thousandth earlier", () => {
  for (let picture = 0; picture < 200_000; picture += 7) {
    const seconds = picture / 29.97;
    const shown = inWords(seconds).split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
    const early = seconds - shown;
    assert.ok(early > -1e-9 && early < 0.001 + 1e-9, `${seconds}: ${inWords(seconds)}`);
  }
});
