"""YAML text read by libyaml: the parser written in Python takes ten times as long, at every start of a command."""

from typing import Any

import yaml

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The safe loader; the one in Python where PyYAML was built without libyaml."""


def load_yaml(text: str) -> Any:
    """The content of one YAML document, of plain types only.

    Raises:
        yaml.YAMLError: the text is no YAML.
    """
    return yaml.load(text, Loader=Loader)
