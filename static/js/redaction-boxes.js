// Where the boxes of a redaction lie in each picture. The same rules as apps/media/boxes.py, to the pixel: what the page
// shows is what is covered. tests/js and tests/media hold both to one list of examples.

/**
 * @typedef {[number, number, number, number]} Box left, top, width, height
 * @typedef {[number, Box, boolean]} Frame picture, box, and whether the thing is not seen after it
 * @typedef {{box: Box, how: "drawn" | "between" | "held"}} Covered
 */

/**
 * The key frames from one gap to the next.
 * @param {Frame[]} frames
 */
export function runsOf(frames) {
  /** @type {Frame[][]} */
  const runs = [];
  let run = /** @type {Frame[]} */ ([]);
  for (const frame of frames) {
    run.push(frame);
    if (frame[2]) {
      runs.push(run);
      run = [];
    }
  }
  if (run.length) runs.push(run);
  return runs;
}

/**
 * The boxes of a region in a picture: two where a gap is so short that both its sides are held over it.
 * @param {Frame[]} frames
 * @param {ArrayLike<number>} times the second of each picture
 * @param {number} picture
 */
export function coveredIn(frames, times, picture) {
  return runsOf(frames).flatMap((run) => inRun(run, times, picture));
}

/**
 * @param {Frame[]} run
 * @param {ArrayLike<number>} times
 * @param {number} picture
 * @returns {Covered[]}
 */
function inRun(run, times, picture) {
  const [first, last] = [run[0], run[run.length - 1]];
  if (picture < first[0] - 1 || picture > last[0] + 1) return [];
  if (picture < first[0]) return [{ box: first[1], how: "held" }];
  if (picture > last[0]) return [{ box: last[1], how: "held" }];
  const after = run.findIndex((frame) => frame[0] >= picture);
  if (run[after][0] === picture) return [{ box: run[after][1], how: "drawn" }];
  const [one, other] = [run[after - 1], run[after]];
  const share = (times[picture] - times[one[0]]) / (times[other[0]] - times[one[0]]);
  return [{ box: between(one[1], other[1], share), how: "between" }];
}

/**
 * @param {Box} one
 * @param {Box} other
 * @param {number} share
 * @returns {Box}
 */
function between(one, other, share) {
  const left = Math.floor(one[0] + (other[0] - one[0]) * share);
  const top = Math.floor(one[1] + (other[1] - one[1]) * share);
  const [right, bottom] = [0, 1].map((side) => {
    const [from, to] = [one[side] + one[side + 2], other[side] + other[side + 2]];
    return Math.ceil(from + (to - from) * share);
  });
  return [left, top, right - left, bottom - top];
}

/**
 * First and last picture of each run, held ones among them; runs that touch are one.
 * @param {Frame[]} frames
 * @param {number} pictures
 */
export function spansOf(frames, pictures) {
  /** @type {[number, number][]} */
  const spans = [];
  for (const run of runsOf(frames)) {
    const first = Math.max(0, run[0][0] - 1);
    const last = Math.min(pictures - 1, run[run.length - 1][0] + 1);
    const before = spans[spans.length - 1];
    if (before && first <= before[1] + 1) before[1] = last;
    else spans.push([first, last]);
  }
  return spans;
}

/**
 * The region's frames with this box drawn in the picture, in order.
 * @param {Frame[]} frames
 * @param {number} picture
 * @param {Box} box
 * @returns {Frame[]}
 */
export function withBox(frames, picture, box) {
  const there = frames.find((frame) => frame[0] === picture);
  // A box that is drawn after the last one goes on from there: the thing did not end where it was seen last.
  const last = frames[frames.length - 1];
  const rest = frames
    .filter((frame) => frame[0] !== picture)
    .map((frame) => /** @type {Frame} */ (frame === last && picture === last[0] + 1 ? [frame[0], frame[1], false] : frame));
  return /** @type {Frame[]} */ ([...rest, [picture, box, there?.[2] ?? false]]).sort((a, b) => a[0] - b[0]);
}

/**
 * A box within the picture, of at least four by four pixels, in whole pixels.
 * @param {number[]} box
 * @param {number} width
 * @param {number} height
 * @returns {Box}
 */
export function fitted(box, width, height) {
  const wide = Math.min(width, Math.max(4, Math.round(box[2])));
  const high = Math.min(height, Math.max(4, Math.round(box[3])));
  const left = Math.min(Math.max(0, Math.round(box[0])), width - wide);
  const top = Math.min(Math.max(0, Math.round(box[1])), height - high);
  return [left, top, wide, high];
}

/**
 * The pictures in which something begins, ends or is drawn, in order, each once.
 * @param {{frames: Frame[]}[]} regions
 * @param {number} pictures
 */
export function turningPoints(regions, pictures) {
  const found = regions.flatMap(({ frames }) => [...spansOf(frames, pictures).flat(), ...frames.map(([picture]) => picture)]);
  return [...new Set(found)].sort((a, b) => a - b);
}
