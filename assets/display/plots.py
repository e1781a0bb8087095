"""Plots in the metadata: SVG inside a Markdown image, so that no file has to be stored.

Browsers run no scripts and load nothing inside an ``<img>``, so names from pages are harmless; pygal also escapes them.
"""

import base64
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
    label_font_size=9,
    major_label_font_size=9,
    legend_font_size=9,
    title_font_size=12,
    guide_stroke_color="#d0d0d0",
    major_guide_stroke_color="#b0b0b0",
)
# The dialog in which the UI shows Markdown is some 400 pixels wide; a wider picture would be shrunk with its letters.
_SHAPE: dict[str, Any] = {
    "js": [], "style": _STYLE, "width": 420, "legend_at_bottom": True, "legend_box_size": 10,
    "legend_at_bottom_columns": 2, "truncate_legend": -1, "allow_interruptions": True,
}  # fmt: skip


def bars(title: str, counts: pl.DataFrame, *, of: str, by: str, count: str) -> dg.MarkdownMetadataValue:
    """Stacked horizontal bars: one bar for each ``of``, cut by ``by``.

    Args:
        counts: One row per ``of`` and ``by``, with ``count``; bars stand in the order in which ``of`` first appears.
    """
    names = counts[of].unique(maintain_order=True).to_list()[:WIDEST]
    chart = pygal.HorizontalStackedBar(title=title, height=190 + 20 * len(names), **_SHAPE)
    chart.x_labels = [str(name) for name in reversed(names)]  # pygal draws from the bottom
    for series in counts[by].unique().sort().to_list():
        found = dict(counts.filter(pl.col(by) == series).select(of, count).iter_rows())
        chart.add(str(series), [found.get(name) for name in reversed(names)])
    return _image(title, chart)


def lines(title: str, points: pl.DataFrame, *, along: str, values: list[str]) -> dg.MarkdownMetadataValue:
    """One line for each column of ``values`` along the ordered column ``along``; a missing value leaves a gap."""
    chart = pygal.Line(title=title, height=300, range=(0, None), dots_size=3, **_SHAPE)
    chart.x_labels = [str(label) for label in points[along]]
    for name in values:
        chart.add(name, points[name].to_list())
    return _image(title, chart)


def _image(title: str, chart: Any) -> dg.MarkdownMetadataValue:
    picture = base64.b64encode(chart.render()).decode("ascii")
    return dg.MetadataValue.md(f"![{title}](data:image/svg+xml;base64,{picture})")
