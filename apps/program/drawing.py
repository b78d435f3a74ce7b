"""A chart as a picture of its own, for PDF and PNG: the colors stand in it, because no style sheet reaches it."""

from __future__ import annotations

from apps.program.charts import Chart

LINE, TARGET, BASE = "#12513f", "#4a5a53", "#dcdacd"


def svg_of(chart: Chart) -> str:
    """The lines of the chart on white, without words: they stand around it."""
    shapes = [f'<path d="M0 {chart.height}H{chart.width}" stroke="{BASE}"/>']
    if chart.target_y is not None:
        dashes = 'stroke-dasharray="6 4" stroke-width="1.5"'
        shapes.append(f'<path d="M0 {chart.target_y}H{chart.width}" stroke="{TARGET}" {dashes}/>')
    shapes += [
        f'<polyline points="{points}" fill="none" stroke="{LINE}" stroke-width="2.5" stroke-linejoin="round"/>'
        for points in chart.lines
    ]
    shapes += [f'<circle cx="{x}" cy="{y}" r="3" fill="{LINE}"/>' for x, y in chart.dots]
    box = f"-4 -4 {chart.width + 8} {chart.height + 8}"
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">{"".join(shapes)}</svg>'
