"""Writes ``docs/settings.md`` from the settings model: ``python -m gongkai.settings_page``."""

from pathlib import Path

from schemas.settings import PROJECT, settings_table

_HEAD = """# Settings

Every setting is an environment variable; a command-line option of the same name wins over it. A wrong value, and a variable
of an unknown name, is refused at start in one line. Generated from `schemas/settings.py` by `python -m gongkai.settings_page`.

| variable | default | meaning |
|---|---|---|
"""


def settings_page() -> str:
    """The page as Markdown."""
    rows = (
        f"| `{name}` | {f'`{default}`' if default else ''} | {meaning} |" for name, default, meaning in settings_table()
    )
    return _HEAD + "\n".join(rows) + "\n"


def main() -> None:
    target: Path = PROJECT / "docs" / "settings.md"
    target.write_text(settings_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
