"""Small pictures made on the server: SVG with its numbers in words beside it, coloured by classes of the style sheet."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup, escape

_WIDTH, _HEIGHT, _TOP, _FOOT = 260, 110, 18, 18

# Row and column of each province: roughly where it lies, not a map.
TILES: Mapping[str, tuple[int, int]] = {
    "heilongjiang": (0, 8), "xinjiang": (1, 1), "neimenggu": (1, 5), "jilin": (1, 8), "gansu": (2, 3), "ningxia": (2, 4),
    "shanxi": (2, 5), "beijing": (2, 6), "tianjin": (2, 7), "liaoning": (2, 8), "xizang": (3, 1), "qinghai": (3, 2),
    "sichuan": (4, 3), "shaanxi": (3, 4), "henan": (3, 5), "hebei": (3, 6), "shandong": (3, 7), "chongqing": (4, 4),
    "hubei": (4, 5), "anhui": (4, 6), "jiangsu": (4, 7), "shanghai": (4, 8), "yunnan": (5, 3), "guizhou": (5, 4),
    "hunan": (5, 5), "jiangxi": (5, 6), "zhejiang": (5, 7), "guangxi": (6, 4), "guangdong": (6, 5), "fujian": (6, 6),
    "hainan": (7, 5),
}  # fmt: skip


def bars(points: Sequence[tuple[int, float | None]], label: str) -> Markup:
    """A bar for each year with its number above; a year without a number is an empty place."""
    values = [value for _, value in points if value is not None]
    if not values:
        return Markup("")
    most = max(max(values), 1e-9)
    step = _WIDTH / max(len(points), 1)
    wide = min(step * 0.6, 34)
    parts = [
        Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(_WIDTH, _HEIGHT, label)
    ]
    for index, (year, value) in enumerate(points):
        middle = step * (index + 0.5)
        if value is not None:
            tall = (_HEIGHT - _TOP - _FOOT) * max(value, 0) / most
            top = _HEIGHT - _FOOT - tall
            parts.append(
                Markup('<rect class="bar" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
                    middle - wide / 2, top, wide, tall
                )
            )
            parts.append(
                Markup('<text class="number" x="{:.1f}" y="{:.1f}">{}</text>').format(middle, top - 4, _short(value))
            )
        parts.append(Markup('<text class="year" x="{:.1f}" y="{}">{}</text>').format(middle, _HEIGHT - 4, year))
    return Markup("").join([*parts, Markup("</svg>")])


def _short(value: float) -> str:
    return f"{value:g}" if abs(value) < 1e6 else f"{value / 1e4:.0f}万"


def tiles(counts: Mapping[str, int], names: Mapping[str, str], addresses: Mapping[str, str], label: str) -> Markup:
    """The 31 provinces as tiles, each a link with its name and its number."""
    most = max([*counts.values(), 1])
    parts = [Markup('<svg class="tiles" viewBox="0 0 576 512" role="group" aria-label="{}">').format(label)]
    for province, (row, column) in TILES.items():
        count = counts.get(province, 0)
        shade = 0 if not count else 1 + min(3, int(4 * count / (most + 1)))
        x, y = column * 64, row * 64
        parts.append(
            Markup(
                '<a href="{}" aria-label="{} {}"><rect class="tile shade-{}" x="{}" y="{}" width="60" height="60" rx="6"/>'
                '<text class="tile-name on-{}" x="{}" y="{}">{}</text><text class="tile-number on-{}" x="{}" y="{}">{}</text></a>'
            ).format(
                addresses[province], names[province], count, shade, x, y,
                shade, x + 30, y + 27, _tile_name(names[province]), shade, x + 30, y + 46, count,
            )
        )  # fmt: skip
    return Markup("").join([*parts, Markup("</svg>")])


def _tile_name(name: str) -> str:
    return name[:3] if name.startswith(("内蒙古", "黑龙江")) else name[:2] if escape(name)[:1] > "z" else name[:7]
