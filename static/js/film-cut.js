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
  const format = new media.Mp4OutputFormat({ fastStart: false });
  const output = new media.Output({ format, target });
  const origin = first.timestamp;
  let end = origin;
  const source = new media.EncodedVideoPacketSource(codec);
  output.addVideoTrack(source, { rotation: await video.getRotation() });
  const audio = await input.getPrimaryAudioTrack();
  const audioCodec = await audio?.getCodec();
  const sound = audio && audioCodec && format.getSupportedCodecs().includes(audioCodec) ? audio : null;
  const soundSource = sound && audioCodec ? new media.EncodedAudioPacketSource(audioCodec) : null;
  if (soundSource) output.addAudioTrack(soundSource);
  await output.start();

  const copyPictures = async () => {
    const about = { decoderConfig: (await video.getDecoderConfig()) ?? undefined };
    for await (const packet of pictures.packets(first, undefined, { verifyKeyPackets: true })) {
      // Packets come in the order of decoding: only a key frame is sure to be past the end with all that follows.
      if (packet.type === "key" && packet.timestamp >= to) break;
      end = Math.max(end, packet.timestamp + packet.duration);
      await source.add(packet.clone({ timestamp: packet.timestamp - origin }), about);
      report(Math.min(1, (packet.timestamp - origin) / (to - origin)));
    }
    source.close();
  };
  const copySound = async () => {
    if (!sound || !soundSource) return;
    const about = { decoderConfig: (await sound.getDecoderConfig()) ?? undefined };
    const packets = new media.EncodedPacketSink(sound);
    const start = (await packets.getPacket(origin)) ?? (await packets.getFirstPacket());
    if (start)
      for await (const packet of packets.packets(start)) {
        if (packet.timestamp >= to) break;
        if (packet.timestamp < origin) continue;
        await soundSource.add(packet.clone({ timestamp: packet.timestamp - origin }), about);
      }
    soundSource.close();
  };
  await Promise.all([copyPictures(), copySound()]);
  await output.finalize();
  const made = handle ? await handle.getFile() : new Blob([/** @type {{buffer: ArrayBuffer}} */ (target).buffer]);
  return { file: new File([made], name, { type: "video/mp4", lastModified: Date.now() }), from: origin, to: end, forget };
}

/**
 * Where the part is written: in the browser's own store if it has one, since an hour does not fit into memory.
 * @param {typeof import("mediabunny")} media
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
