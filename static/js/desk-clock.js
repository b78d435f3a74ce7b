// Where the videos of a review lie on one line of true time. Seconds count from the begin of the first of them.

/** @typedef {{begins: number | null, length: number}} Placed `begins` in milliseconds since 1970, null if nobody knows */
/** @typedef {{begin: number, end: number}} Span */

/**
 * The spans of all videos in seconds from `start`, the true time of zero (null where no video has a time). One without
 * a time begins at zero, so that it can be watched.
 * @param {Placed[]} clips
 * @returns {{start: number | null, length: number, spans: Span[]}}
 */
export function layoutOf(clips) {
  const known = clips.flatMap(({ begins }) => (begins === null ? [] : [begins]));
  const start = known.length ? Math.min(...known) : null;
  const spans = clips.map(({ begins, length }) => {
    const begin = begins === null || start === null ? 0 : (begins - start) / 1000;
    return { begin, end: begin + length };
  });
  return { start, length: Math.max(0, ...spans.map(({ end }) => end)), spans };
}

/** Whether something was recorded at this second. The end belongs to the span: the last picture stands there. */
export const covers = (/** @type {Span} */ { begin, end }, /** @type {number} */ at) => at >= begin && at <= end;

/**
 * Where to go on when nothing was recorded: the same second, or the begin of the next span, or null after the last.
 * @param {Span[]} spans
 * @param {number} at
 */
export function whereNext(spans, at) {
  if (spans.some((span) => at >= span.begin && at < span.end)) return at;
  const later = spans.map(({ begin }) => begin).filter((begin) => begin > at);
  return later.length ? Math.min(...later) : null;
}

/**
 * The next begin or end of a span after this second, or the one before it; null where there is none.
 * @param {Span[]} spans
 * @param {number} at
 * @param {1 | -1} direction
 */
export function edgeFrom(spans, at, direction) {
  const edges = spans.flatMap(({ begin, end }) => [begin, end]);
  const beyond = edges.filter((edge) => (edge - at) * direction > 0.001);
  if (!beyond.length) return null;
  return direction > 0 ? Math.min(...beyond) : Math.max(...beyond);
}

/**
 * The spans of pictures within one film, in shares of the whole line: a picture that stands for long is a gap.
 * @param {Span} span
 * @param {Float64Array | null} times
 * @param {number} length of the whole line
 * @param {number} gap seconds from which on a picture that stands is shown as a gap
 */
export function piecesOf(span, times, length, gap) {
  /** @type {Span[]} */
  const pieces = [];
  let begin = span.begin;
  for (let picture = 1; times && picture < times.length; picture += 1) {
    if (times[picture] - times[picture - 1] >= gap) {
      pieces.push({ begin, end: span.begin + times[picture - 1] });
      begin = span.begin + times[picture];
    }
  }
  pieces.push({ begin, end: span.end });
  const whole = length || 1;
  return pieces.map((piece) => ({ left: piece.begin / whole, width: (piece.end - piece.begin) / whole }));
}

/**
 * How fast a video has to run to be in step: a little faster or slower than the others until it is.
 * @param {number} rate that of all
 * @param {number} ahead seconds by which it is ahead
 */
export function rateInStep(rate, ahead) {
  if (Math.abs(ahead) < 0.015) return rate;
  return rate * (1 - Math.min(0.15, Math.max(-0.15, ahead * 1.5)));
}
