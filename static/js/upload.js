// The page that sends files: what was chosen is shown first, and nothing leaves before "Send" is pressed.
import { byId } from "./elements.js";
import { filesIn } from "./dropped-files.js";
import { pageData } from "./page-data.js";
import { joined } from "./recording-times.js";
import { Draft } from "./upload-draft.js";
import { isSending, send } from "./upload-sending.js";
import { clockTimes, fill, say, size, words } from "./upload-words.js";

/**
 * @type {{
 *   door: string, subject: string, asked: {start: string, end: string},
 *   already: {digest: string, when: string}[]
 * }}
 */
const configuration = pageData("upload-configuration");
const known = {
  asked: { start: Date.parse(configuration.asked.start), end: Date.parse(configuration.asked.end) },
  already: configuration.already,
};
const MOBILE_DATA_BYTES = 50 * 1024 * 1024;
// What computers leave in folders by themselves.
const LITTER = /^(\..*|thumbs\.db|desktop\.ini)$/i;

/** @type {Draft[]} */
let drafts = [];

/** Minutes by which the recorder's clock is ahead, as the person says; 0 until something is said. */
function clockAhead() {
  return (saidOfClock() ?? 0) || 0;
}

function saidOfClock() {
  const way = byId("clock", HTMLSelectElement).value;
  if (way === "right") return 0;
  const minutes = byId("clock-minutes", HTMLInputElement).valueAsNumber;
  if (!way || !Number.isFinite(minutes)) return null;
  return Math.round(way === "ahead" ? minutes : -minutes);
}

const isSame = (/** @type {File} */ one, /** @type {File} */ two) =>
  one.name === two.name && one.size === two.size && one.lastModified === two.lastModified;

function add(/** @type {File[]} */ files) {
  /** @type {string[]} */
  const refused = [];
  let taken = 0;
  for (const file of files) {
    if (LITTER.test(file.name)) continue;
    if (file.size === 0) refused.push(fill(words.emptyFile, { name: file.name }));
    else if (drafts.some((draft) => isSame(draft.whole, file))) refused.push(fill(words.twice, { name: file.name }));
    else {
      const draft = new Draft(file, known, { changed: show, remove: leaveOut, clock: clockAhead });
      drafts.push(draft);
      byId("drafts").append(draft.element);
      taken++;
    }
  }
  byId("refused").replaceChildren(
    ...refused.map((text) => Object.assign(document.createElement("li"), { textContent: text })),
  );
  byId("refused").hidden = refused.length === 0;
  show();
  if (!taken) return;
  say(fill(taken === 1 ? words.spokenChosen : words.spokenChosenMany, { count: String(taken) }));
  byId("look-heading").focus();
}

function leaveOut(/** @type {Draft} */ draft) {
  draft.leaveOut();
  drafts = drafts.filter((one) => one !== draft);
  say(fill(words.spokenRemoved, { name: draft.file.name }));
  show();
  (drafts.length ? byId("look-heading") : byId("choose")).focus();
}

function show() {
  const bytes = drafts.reduce((sum, draft) => sum + draft.file.size, 0);
  byId("look").hidden = drafts.length === 0;
  const one = drafts.length === 1;
  byId("send", HTMLButtonElement).disabled = drafts.some((draft) => draft.isCutting);
  byId("send").textContent = fill(one ? words.sendOne : words.sendMany, { count: String(drafts.length) });
  byId("total").textContent = fill(one ? words.totalOne : words.totalMany, { count: String(drafts.length), size: size(bytes) });
  byId("mobile-data").hidden = !paysForData(bytes);
  showJoined();
}

/** Browsers that know say so; a phone that does not is told anyway when there is much to send. */
function paysForData(/** @type {number} */ bytes) {
  const line = /** @type {{connection?: {type?: string, saveData?: boolean}}} */ (/** @type {unknown} */ (navigator)).connection;
  if (line?.type && line.type !== "unknown") return line.type === "cellular" && bytes > MOBILE_DATA_BYTES / 10;
  return Boolean(line?.saveData) || (matchMedia("(pointer: coarse)").matches && bytes > MOBILE_DATA_BYTES);
}

/** Several files of a camera are one recording: how far it reaches, and what is missing in it. */
function showJoined() {
  /** @type {Map<string | undefined, {start: number, end: number}[]>} */
  const spans = new Map();
  for (const draft of drafts) {
    const { start, end } = draft.span;
    if (start !== null && end !== null && draft.element.dataset.covers !== "none") spans.set(draft.match, [...(spans.get(draft.match) ?? []), { start, end }]);
  }
  const lines = [...spans].flatMap(([match, of]) => {
    if (of.length < 2) return [];
    const whole = joined(of);
    const camera = drafts.find((draft) => draft.match === match)?.cameraName ?? "";
    const values = { camera, count: String(of.length), span: clockTimes(whole.start, whole.end) };
    const gaps = whole.gaps.map((gap) => fill(words.gap, { span: clockTimes(gap.start, gap.end) }));
    return [fill(words.joined, values), ...gaps].join(" ");
  });
  byId("joined").replaceChildren(
    ...lines.map((text) => Object.assign(document.createElement("p"), { textContent: text })),
  );
}

function sendAll() {
  const clock = saidOfClock();
  const sound = byId("sound", HTMLSelectElement).value;
  const text = byId("note", HTMLTextAreaElement).value.trim();
  send(
    drafts.map((draft) => {
      const said = {
        ...(draft.begins.value ? { begins: draft.begins.value } : {}),
        ...(clock === null ? {} : { clock_minutes: clock }),
        ...(sound ? { sound } : {}),
        ...(text ? { text } : {}),
        ...(draft.cutOut ? { cut_s: draft.cutOut } : {}),
      };
      return {
        file: draft.file,
        match: draft.match,
        said: Object.keys(said).length ? said : null,
        digest: draft.digest,
        watch: (report) => (draft.hashed = report),
        over: draft.forget,
      };
    }),
  );
  for (const draft of drafts) draft.close();
  drafts = [];
  show();
  byId("sending").hidden = false;
  byId("files-heading").focus();
}

async function showUnfinished() {
  const stored = await window.tus.defaultOptions.urlStorage.findAllUploads();
  const begun = stored.filter((one) => one.metadata?.[configuration.door] === configuration.subject);
  byId("unfinished-names").replaceChildren(
    ...begun.map((one) => Object.assign(document.createElement("li"), { textContent: one.metadata.filename })),
  );
  byId("unfinished").hidden = begun.length === 0;
}

function listen() {
  for (const id of ["choose", "choose-folder"]) {
    const choose = byId(id, HTMLInputElement);
    choose.addEventListener("change", () => {
      add([...(choose.files ?? [])]);
      choose.value = "";
    });
  }
  // Phones have no folders to choose.
  byId("folder").hidden = matchMedia("(pointer: coarse)").matches || !("webkitdirectory" in HTMLInputElement.prototype);
  const drop = byId("drop");
  for (const kind of ["dragenter", "dragover"])
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  for (const kind of ["dragleave", "drop"])
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.remove("over");
    });
  drop.addEventListener("drop", async (event) => add(await filesIn(event.dataTransfer)));
  byId("clock").addEventListener("change", () => {
    byId("clock-amount").hidden = !["ahead", "behind"].includes(byId("clock", HTMLSelectElement).value);
  });
  for (const id of ["clock", "clock-minutes"])
    byId(id).addEventListener("input", () => drafts.forEach((draft) => draft.show()));
  byId("send").addEventListener("click", sendAll);
  addEventListener("beforeunload", (event) => {
    if (isSending() || drafts.length) event.preventDefault();
  });
}

listen();
showUnfinished();
byId("sender").hidden = false;
