"""Plots in the metadata: SVG inside a Markdown image, so that no file has to be stored.

Browsers run no scripts and load nothing inside an ``<img>``, so names from pages are harmless; pygal also escapes them.
"""

import base64
import math
import sys
from typing import Any

import dagster as dg
import polars as pl
import pygal
from pygal.style import Style

# pygal looks for its plug-ins with a finder that has no find_spec; whoever asks all finders (pytest does) trips over it.
sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__module__ != "pygal"]

WIDEST = 40
"""Bars beyond this many are unreadable; the caller's order decides which stay."""
_STYLE = Style(
    background="white",
    plot_background="white",
    font_family="Noto Sans CJK SC, Noto Sans SC, PingFang SC, Microsoft YaHei, sans-serif",
    colors=(
        "#4421ad",
        "#1f9e89",
        "#e6932d",
        "#c0392b",
        "#5dade2",
        "#7f8c8d",
        "#b565a7",
        "#8bc34a",
        "#34495e",
        "#f4d03f",
    ),
    label_font_size=13,
    major_label_font_size=13,
    legend_font_size=13,
    title_font_size=16,
    guide_stroke_color="#d0d0d0",
    major_guide_stroke_color="#b0b0b0",
)
# The dialog in which the UI shows Markdown grows with its content up to four fifths of the window, but only for a picture
# that states its size: without one it stays at 400 pixels. This width fits a window of 1,100 pixels.
WIDTH = 840
_LEGEND_COLUMNS = 3
_SHAPE: dict[str, Any] = {
    "js": [], "style": _STYLE, "width": WIDTH, "explicit_size": True, "legend_at_bottom": True, "legend_box_size": 14,
    "legend_at_bottom_columns": _LEGEND_COLUMNS, "truncate_legend": -1, "allow_interruptions": True,
}  # fmt: skip


def bars(title: str, counts: pl.DataFrame, *, of: str, by: str, count: str) -> dg.MarkdownMetadataValue:
    """Stacked horizontal bars: one bar for each ``of``, cut by ``by``.

    Args:
        counts: One row per ``of`` and ``by``, with ``count``; bars stand in the order in which ``of`` first appears.
    """
    names = counts[of].unique(maintain_order=True).to_list()[:WIDEST]
    series_names = counts[by].unique().sort().to_list()
    height = 130 + 26 * len(names) + _legend(len(series_names))
    chart = pygal.HorizontalStackedBar(title=title, height=height, **_SHAPE)
    chart.x_labels = [str(name) for name in reversed(names)]  # pygal draws from the bottom
    for series in series_names:
        found = dict(counts.filter(pl.col(by) == series).select(of, count).iter_rows())
        chart.add(str(series), [found.get(name) for name in reversed(names)])
    return _image(title, chart)


def lines(title: str, points: pl.DataFrame, *, along: str, values: list[str]) -> dg.MarkdownMetadataValue:
    """One line for each column of ``values`` along the ordered column ``along``; a missing value leaves a gap."""
    chart = pygal.Line(title=title, height=360 + _legend(len(values)), range=(0, None), dots_size=4, **_SHAPE)
    chart.x_labels = [str(label) for label in points[along]]
    for name in values:
        chart.add(name, points[name].to_list())
    return _image(title, chart)


def _legend(names: int) -> int:
    """Height of the legend under a plot, in pixels."""
    return 24 * math.ceil(names / _LEGEND_COLUMNS)


def _image(title: str, chart: Any) -> dg.MarkdownMetadataValue:
    picture = base64.b64encode(chart.render()).decode("ascii")
    return dg.MetadataValue.md(f"![{title}](data:image/svg+xml;base64,{picture})")
