// When each picture of a working copy is shown, in seconds. The file's format is in docs/formats.md, "Times of pictures".
const VERSION = 1;

/**
 * Expand a table's runs into the second of each picture.
 * @param {{ version: number, scale: number, first: number, runs: number[] }} table
 */
export function secondsOf({ version, scale, first, runs }) {
  if (version !== VERSION) {
    throw new RangeError(`A table of version ${version}`);
  }
  let count = 1;
  for (let run = 1; run < runs.length; run += 2) {
    count += runs[run];
  }
  const seconds = new Float64Array(count);
  // Ticks are whole numbers: adding up seconds would drift.
  let ticks = first;
  let picture = 0;
  seconds[picture] = ticks / scale;
  for (let run = 0; run < runs.length; run += 2) {
    for (let left = runs[run + 1]; left > 0; left -= 1) {
      ticks += runs[run];
      picture += 1;
      seconds[picture] = ticks / scale;
    }
  }
  return seconds;
}

/**
 * Fetch and unpack a table. Fails where the answer is no table, or the browser cannot unpack it.
 * @param {string} address
 */
export async function fetchTimes(address) {
  const answer = await fetch(address);
  if (!answer.ok || !answer.body) {
    throw new Error(String(answer.status));
  }
  const plain = answer.body.pipeThrough(new DecompressionStream("gzip"));
  return secondsOf(await new Response(plain).json());
}

/**
 * The picture that is shown at a moment: the last one that begins no later.
 * @param {Float64Array} times
 * @param {number} seconds
 */
export function pictureAt(times, seconds) {
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (times[middle] <= seconds) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

/**
 * The picture whose time a browser named, which rounds to microseconds.
 * @param {Float64Array} times
 * @param {number} seconds
 */
export function nearestPicture(times, seconds) {
  const before = pictureAt(times, seconds);
  const after = Math.min(before + 1, times.length - 1);
  return times[after] - seconds < seconds - times[before] ? after : before;
}

/**
 * A moment within a picture: `share` of the way to the next one. Times of pictures themselves are no good to be sought:
 * rounded down, they belong to the picture before.
 * @param {Float64Array} times
 * @param {number} picture
 * @param {number} duration of the film
 * @param {number} [share]
 */
export function momentWithin(times, picture, duration, share = 0.5) {
  const begins = times[picture];
  const last = picture === times.length - 1;
  const ends = last ? Math.max(duration || 0, begins) : times[picture + 1];
  return begins + (ends - begins) * share;
}
