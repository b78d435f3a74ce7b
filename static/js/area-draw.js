// An area on the map, drawn as a polygon, a circle or the line of a corridor. The form's fields stay the truth.
import { TerraDraw, TerraDrawCircleMode, TerraDrawLineStringMode, TerraDrawPolygonMode, TerraDrawSelectMode } from "terra-draw";
import { TerraDrawMapLibreGLAdapter } from "terra-draw-maplibre-gl-adapter";
import { addAreas, areas, createMap, fitRing, numberPins } from "./map-base.js";
import { addLayer, color, onTheme } from "./map-looks.js";
import { circleOf, short } from "./rings.js";

/** @import {GeoJSONSource, Map as MapLibreMap} from "maplibre-gl" */
/** @import {GeoJSONStoreFeatures, HexColor, TerraDrawMouseEvent} from "terra-draw" */
/** @import {MapConfig} from "./map-base.js" */
/** @import {Point} from "./sector.js" */
/** @typedef {"polygon" | "circle" | "corridor"} Shape */
/** @typedef {{shape: "polygon", ring: Point[]} | {shape: "circle", ring: Point[], center: Point, radius: number} | {shape: "corridor", line: Point[]}} Drawn */

const editing = { feature: { draggable: true, coordinates: { midpoints: true, draggable: true, deletable: true } } };
const resizing = { feature: { draggable: true, coordinates: { resizable: /** @type {const} */ ("center"), draggable: false } } };
const SAME_TAP = 10; // pixels
const FINGER = 16; // pixels to each side

/** A circle by two clicks. A finger does not move between two taps, so the second one also says where it went. */
class CircleMode extends TerraDrawCircleMode {
  /** @type {Point} */
  first = [0, 0];

  /** @param {TerraDrawMouseEvent} event */
  onClick(event) {
    /** @type {Point} */
    const at = [event.containerX, event.containerY];
    if (this.state === "drawing") {
      if (Math.hypot(at[0] - this.first[0], at[1] - this.first[1]) < SAME_TAP) return;
      this.onMouseMove(event);
    } else {
      this.first = at;
    }
    super.onClick(event);
  }
}

const hex = (/** @type {string} */ token) => /** @type {HexColor} */ (color(token));
const lining = () => ({ lineStringColor: hex("--map-area"), lineStringWidth: 5, closingPointColor: hex("--clay") });
const MODES = { polygon: "polygon", circle: "circle", corridor: "linestring" };
const drawing = () => ({ fillColor: hex("--map-area"), fillOpacity: 0.18, outlineColor: hex("--map-area"), outlineWidth: 2.5 });

/**
 * How what is selected looks. A circle needs four handles, not one for each of its many corners.
 * @param {(id: string | number) => GeoJSONStoreFeatures | undefined} find
 */
function selecting(find) {
  const wide = (/** @type {number} */ width) => (/** @type {GeoJSONStoreFeatures} */ { properties }) => {
    const owner = find(/** @type {string} */ (properties.selectionPointFeatureId));
    return owner?.properties.mode === "circle" && Number(properties.index) % 16 ? 0 : width;
  };
  return {
    selectedPolygonColor: hex("--map-area"),
    selectedPolygonFillOpacity: 0.18,
    selectedLineStringColor: hex("--map-area"),
    selectedLineStringWidth: 5,
    selectedPolygonOutlineColor: hex("--map-area"),
    selectedPolygonOutlineWidth: 2.5,
    selectionPointColor: hex("--clay"),
    selectionPointWidth: wide(7),
    selectionPointOutlineWidth: wide(2),
    selectionPointOutlineColor: hex("--card"),
    midPointColor: hex("--map-area"),
    midPointWidth: 5,
    midPointOutlineColor: hex("--card"),
    midPointOutlineWidth: 2,
  };
}

/**
 * A map to draw on; null where no map can be drawn.
 * @param {HTMLElement} element
 * @param {MapConfig} config
 * @param {(drawn: Drawn | null) => void} changed is told of each finished drawing, or null when cleared
 */
export function drawArea(element, config, changed) {
  const map = createMap(element, config);
  if (!map) return null;
  /** @type {Promise<TerraDraw>} */
  const loaded = new Promise((resolve) => {
    map.on("load", () => resolve(toolsOn(map, changed)));
  });

  const wipe = (/** @type {TerraDraw} */ draw) => {
    draw.setMode("select");
    draw.clear();
  };
  /** @type {((numbers: {number: number, at: Point}[]) => void) | undefined} */
  let pins;

  return {
    /** @param {Shape} shape */
    async start(shape) {
      const draw = await loaded;
      wipe(draw);
      draw.setMode(MODES[shape]);
      changed(null);
    },
    async clear() {
      wipe(await loaded);
      changed(null);
    },
    /** Clears the map; tells nobody. */
    async wipe() {
      wipe(await loaded);
    },
    /**
     * Shows other places, which are not drawn on now, and the numbers of all.
     * @param {{shape: Shape, points: Point[]}[]} others
     * @param {{number: number, at: Point}[]} numbers
     */
    async beside(others, numbers) {
      await loaded;
      if (!pins) {
        pins = numberPins(map);
        addAreas(map, "beside", []);
        map.addSource("beside-way", { type: "geojson", data: ways([]) });
        addLayer(map, { id: "beside-way", type: "line", source: "beside-way", paint: { "line-color": "--map-area", "line-width": 5, "line-opacity": 0.5 } });
      }
      const points = (/** @type {boolean} */ isWay) => others.flatMap((one) => ((one.shape === "corridor") === isWay ? [one.points] : []));
      source(map, "beside").setData(areas(points(false)));
      source(map, "beside-way").setData(ways(points(true)));
      pins(numbers);
    },
    /**
     * Puts an area that the fields say; tells nobody.
     * @param {Shape} shape
     * @param {Point[]} ring of a corridor, its line
     */
    async set(shape, ring, { look = false } = {}) {
      const draw = await loaded;
      wipe(draw);
      const [added] = draw.addFeatures([
        shape === "corridor"
          ? { type: "Feature", properties: { mode: MODES[shape] }, geometry: { type: "LineString", coordinates: ring } }
          : { type: "Feature", properties: { mode: shape }, geometry: { type: "Polygon", coordinates: [ring] } },
      ]);
      if (added?.valid && added.id !== undefined) draw.selectFeature(added.id);
      if (look) fitRing(map, ring);
    },
  };
}

const source = (/** @type {MapLibreMap} */ map, /** @type {string} */ name) => /** @type {GeoJSONSource} */ (map.getSource(name));

/** @returns {GeoJSON.Feature} */
const ways = (/** @type {Point[][]} */ coordinates) => ({ type: "Feature", properties: {}, geometry: { type: "MultiLineString", coordinates } });

/**
 * The tools to draw with on a map that has loaded.
 * @param {MapLibreMap} map
 * @param {(drawn: Drawn) => void} changed
 */
function toolsOn(map, changed) {
  const find = (/** @type {string | number} */ id) => draw.getSnapshotFeature(id);
  const polygonStyles = () => ({ ...drawing(), closingPointColor: hex("--clay") });
  const draw = new TerraDraw({
    adapter: new TerraDrawMapLibreGLAdapter({ map, coordinatePrecision: 9 }),
    modes: [
      new TerraDrawPolygonMode({ styles: polygonStyles() }),
      new CircleMode({ styles: drawing(), segments: 64 }),
      new TerraDrawLineStringMode({ styles: lining() }),
      new TerraDrawSelectMode({ flags: { polygon: editing, circle: resizing, linestring: editing }, styles: selecting(find) }),
    ],
  });
  draw.start();
  // One finger scrolls the page, but not where it takes hold of a drawn area.
  map.getCanvas().addEventListener(
    "touchstart",
    (event) => {
      const [{ clientX, clientY }] = event.touches;
      const { left, top } = map.getCanvas().getBoundingClientRect();
      const [x, y] = [clientX - left, clientY - top];
      const drawn = map.getStyle().layers.flatMap(({ id }) => (id.startsWith("td-") ? [id] : []));
      /** @type {[[number, number], [number, number]]} */
      const finger = [[x - FINGER, y - FINGER], [x + FINGER, y + FINGER]];
      if (event.touches.length === 1 && map.queryRenderedFeatures(finger, { layers: drawn }).length) event.preventDefault();
    },
    { passive: false },
  );
  draw.setMode("select");
  draw.on("finish", (id, { action }) => {
    if (action === "draw") {
      draw.removeFeatures(draw.getSnapshot().flatMap((one) => (one.id === undefined || one.id === id ? [] : [one.id])));
      draw.setMode("select");
      draw.selectFeature(id);
    }
    const feature = draw.getSnapshot().find((one) => one.id === id);
    if (feature?.geometry.type === "LineString") {
      changed({ shape: "corridor", line: feature.geometry.coordinates.map(([lng, lat]) => /** @type {Point} */ ([short(lng), short(lat)])) });
      return;
    }
    if (feature?.geometry.type !== "Polygon") return;
    const ring = feature.geometry.coordinates[0].map(([lng, lat]) => /** @type {Point} */ ([short(lng), short(lat)]));
    changed(feature.properties.mode === "circle" ? { shape: "circle", ring, ...circleOf(ring) } : { shape: "polygon", ring });
  });
  onTheme(() => {
    draw.updateModeOptions("polygon", { styles: polygonStyles() });
    draw.updateModeOptions("circle", { styles: drawing() });
    draw.updateModeOptions("linestring", { styles: lining() });
    draw.updateModeOptions("select", { styles: selecting(find) });
  });
  return draw;
}
