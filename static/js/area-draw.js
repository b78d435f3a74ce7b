// An area on the map: drawn as a polygon or a circle, or only shown. The form's fields stay the truth.
import { TerraDraw, TerraDrawCircleMode, TerraDrawPolygonMode, TerraDrawSelectMode } from "terra-draw";
import { TerraDrawMapLibreGLAdapter } from "terra-draw-maplibre-gl-adapter";
import { colour, createMap } from "./map-base.js";
import { boundsOf, circleOf, short } from "./rings.js";

const editing = { feature: { draggable: true, coordinates: { midpoints: true, draggable: true, deletable: true } } };
const resizing = { feature: { draggable: true, coordinates: { resizable: "center", draggable: false } } };

const SAME_TAP = 10; // pixels

/** A circle by two clicks. A finger does not move between two taps, so the second one also says where it went. */
class CircleMode extends TerraDrawCircleMode {
  onClick(event) {
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

export function fit(map, ring, options = {}) {
  map.fitBounds(boundsOf(ring), { padding: 48, maxZoom: 17, duration: 0, ...options });
}

/** Shows a fixed area, and sectors of cameras if there are any; null where no map can be drawn. */
export function showArea(element, config, ring) {
  const map = createMap(element, config, { cooperativeGestures: true });
  if (!map) return null;
  map.on("load", () => {
    const data = { type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [ring] } };
    map.addSource("area", { type: "geojson", data });
    map.addLayer({ id: "area-fill", type: "fill", source: "area", paint: { "fill-color": colour("--sky"), "fill-opacity": 0.18 } });
    map.addLayer({ id: "area-line", type: "line", source: "area", paint: { "line-color": colour("--sky"), "line-width": 2.5 } });
    fit(map, ring);
  });
  return map;
}

/**
 * A map to draw on. `changed({shape, ring, center, radius})` is told of each finished drawing, or null when cleared.
 * Returns {start(shape), clear(), set(shape, ring)}, or null where no map can be drawn.
 */
export function drawArea(element, config, changed) {
  const map = createMap(element, config);
  if (!map) return null;
  let ready = null;
  const loaded = new Promise((resolve) => {
    ready = resolve;
  });
  let draw = null;

  const tell = (id) => {
    const feature = draw.getSnapshot().find((one) => one.id === id);
    if (!feature || feature.geometry.type !== "Polygon") return;
    const ring = feature.geometry.coordinates[0].map((corner) => corner.map(short));
    const shape = feature.properties.mode;
    changed(shape === "circle" ? { shape, ring, ...circleOf(ring) } : { shape, ring });
  };

  map.on("load", () => {
    const colours = { fillColor: colour("--sky"), fillOpacity: 0.18, outlineColor: colour("--sky"), outlineWidth: 2.5 };
    const selected = {
      selectedPolygonColor: colour("--sky"),
      selectedPolygonFillOpacity: 0.18,
      selectedPolygonOutlineColor: colour("--sky"),
      selectedPolygonOutlineWidth: 2.5,
      selectionPointColor: colour("--clay"),
      // A circle needs four handles, not one for each of its many corners.
      selectionPointWidth: ({ properties }) => {
        const owner = draw.getSnapshotFeature(properties.selectionPointFeatureId);
        return owner?.properties.mode === "circle" && properties.index % 16 ? 0 : 7;
      },
      selectionPointOutlineWidth: ({ properties }) => {
        const owner = draw.getSnapshotFeature(properties.selectionPointFeatureId);
        return owner?.properties.mode === "circle" && properties.index % 16 ? 0 : 2;
      },
      selectionPointOutlineColor: colour("--card"),
      midPointColor: colour("--sky"),
      midPointWidth: 5,
      midPointOutlineColor: colour("--card"),
      midPointOutlineWidth: 2,
    };
    draw = new TerraDraw({
      adapter: new TerraDrawMapLibreGLAdapter({ map, coordinatePrecision: 9 }),
      modes: [
        new TerraDrawPolygonMode({ styles: { ...colours, closingPointColor: colour("--clay") } }),
        new CircleMode({ styles: colours, segments: 64 }),
        new TerraDrawSelectMode({ flags: { polygon: editing, circle: resizing }, styles: selected }),
      ],
    });
    draw.start();
    draw.setMode("select");
    draw.on("finish", (id, { action }) => {
      if (action === "draw") {
        const others = draw.getSnapshot().filter((one) => one.id !== id).map((one) => one.id);
        draw.removeFeatures(others);
        draw.setMode("select");
        draw.selectFeature(id);
      }
      tell(id);
    });
    ready();
  });

  const wipe = () => {
    draw.setMode("select");
    draw.clear();
  };

  return {
    async start(shape) {
      await loaded;
      wipe();
      draw.setMode(shape);
      changed(null);
    },
    async clear() {
      await loaded;
      wipe();
      changed(null);
    },
    /** Puts an area that the fields say; tells nobody. */
    async set(shape, ring, { look = false } = {}) {
      await loaded;
      wipe();
      const feature = { type: "Feature", properties: { mode: shape }, geometry: { type: "Polygon", coordinates: [ring] } };
      const [added] = draw.addFeatures([feature]);
      if (added?.valid && added.id !== undefined) draw.selectFeature(added.id);
      if (look) fit(map, ring);
    },
  };
}
