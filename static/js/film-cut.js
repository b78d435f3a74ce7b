// Cuts minutes out of a film without touching a picture: the encoded packets are copied, from the last key frame before
// the first minute wanted. It is done on this device, and the file that was chosen stays as it is.

const KEPT_FOR_MS = 24 * 60 * 60 * 1000;
const PREFIX = "cut-";

/**
 * The part of a film from `from` to `to`, in seconds. It begins at a key frame, so up to some seconds earlier.
 * @param {File} film
 * @param {number} from
 * @param {number} to
 * @param {string} name of the file that is made
 * @param {(share: number) => void} report
 * @returns {Promise<{file: File, from: number, to: number, forget: () => void}>} `forget` removes it from this device
 */
export async function cut(film, from, to, name, report) {
  const media = await import("../vendor/mediabunny/mediabunny.min.mjs");
  const input = new media.Input({ formats: media.ALL_FORMATS, source: new media.BlobSource(film) });
  const video = await input.getPrimaryVideoTrack();
  const codec = await video?.getCodec();
  if (!video || !codec) throw new Error("no picture that can be copied");
  const pictures = new media.EncodedPacketSink(video);
  const first = (await pictures.getKeyPacket(from, { verifyKeyPackets: true })) ?? (await pictures.getFirstKeyPacket());
  if (!first) throw new Error("no key frame");

  const { handle, target, forget } = await placeFor(media);
  const output = new media.Output({ format: new media.Mp4OutputFormat({ fastStart: false }), target });
  try {
    const source = new media.EncodedVideoPacketSource(codec);
    output.addVideoTrack(source, { rotation: await video.getRotation() });
    const sound = await soundFor(media, input, output);
    await output.start();
    const [end] = await Promise.all([
      copyPictures(pictures, source, { first, to, decoderConfig: await video.getDecoderConfig() }, report),
      sound && copySound(media, sound, { origin: first.timestamp, to }),
    ]);
    await output.finalize();
    const made = handle ? await handle.getFile() : new Blob([/** @type {{buffer: ArrayBuffer}} */ (target).buffer]);
    const file = new File([made], name, { type: "video/mp4", lastModified: Date.now() });
    return { file, from: first.timestamp, to: end, forget };
  } catch (error) {
    await output.cancel().catch(() => undefined);
    forget();
    throw error;
  }
}

/** @typedef {typeof import("mediabunny")} Media */

/**
 * Copies the pictures from the key frame `first` on, and returns the second at which the last one ends.
 * @param {import("mediabunny").EncodedPacketSink} pictures
 * @param {import("mediabunny").EncodedVideoPacketSource} source
 * @param {{first: import("mediabunny").EncodedPacket, to: number, decoderConfig: VideoDecoderConfig | null}} wanted
 * @param {(share: number) => void} report
 */
async function copyPictures(pictures, source, { first, to, decoderConfig }, report) {
  const origin = first.timestamp;
  const about = { decoderConfig: decoderConfig ?? undefined };
  let end = origin;
  for await (const packet of pictures.packets(first, undefined, { verifyKeyPackets: true })) {
    // Packets come in the order of decoding: only a key frame is sure to be past the end with all that follows.
    if (packet.type === "key" && packet.timestamp >= to) break;
    end = Math.max(end, packet.timestamp + packet.duration);
    await source.add(packet.clone({ timestamp: packet.timestamp - origin }), about);
    report(Math.min(1, (packet.timestamp - origin) / (to - origin)));
  }
  source.close();
  return end;
}

/**
 * The film's sound and where it goes, if it has some that the part can hold.
 * @param {Media} media
 * @param {import("mediabunny").Input} input
 * @param {import("mediabunny").Output} output
 */
async function soundFor(media, input, output) {
  const track = await input.getPrimaryAudioTrack();
  const codec = await track?.getCodec();
  if (!track || !codec || !output.format.getSupportedCodecs().includes(codec)) return null;
  const source = new media.EncodedAudioPacketSource(codec);
  output.addAudioTrack(source);
  return { track, source };
}

/**
 * @param {Media} media
 * @param {NonNullable<Awaited<ReturnType<typeof soundFor>>>} sound
 * @param {{origin: number, to: number}} wanted
 */
async function copySound(media, { track, source }, { origin, to }) {
  const about = { decoderConfig: (await track.getDecoderConfig()) ?? undefined };
  const packets = new media.EncodedPacketSink(track);
  const start = (await packets.getPacket(origin)) ?? (await packets.getFirstPacket());
  if (start)
    for await (const packet of packets.packets(start)) {
      if (packet.timestamp >= to) break;
      if (packet.timestamp < origin) continue;
      await source.add(packet.clone({ timestamp: packet.timestamp - origin }), about);
    }
  source.close();
}

/**
 * Where the part is written: in the browser's own store if it has one, since an hour does not fit into memory.
 * @param {Media} media
 */
async function placeFor(media) {
  try {
    const store = await navigator.storage.getDirectory();
    await clearOld(store);
    const name = `${PREFIX}${crypto.randomUUID()}`;
    const handle = await store.getFileHandle(name, { create: true });
    const forget = () => void store.removeEntry(name).catch(() => undefined);
    return { handle, target: new media.StreamTarget(await handle.createWritable(), { chunked: true }), forget };
  } catch {
    return { handle: null, target: new media.BufferTarget(), forget: () => undefined };
  }
}

/** A part goes when it was sent or left out; one of an earlier day is of a page that was closed. */
async function clearOld(/** @type {FileSystemDirectoryHandle} */ store) {
  for await (const [name, entry] of store.entries()) {
    if (!name.startsWith(PREFIX) || entry.kind !== "file") continue;
    const { lastModified } = await /** @type {FileSystemFileHandle} */ (entry).getFile();
    if (Date.now() - lastModified > KEPT_FOR_MS) await store.removeEntry(name);
  }
}
