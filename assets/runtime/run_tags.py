"""Tags of a run that say what it did: the list of runs in the UI shows them, and can be filtered by them."""

import dagster as dg

PREFIX = "gongkai/"


def tag_run(context: dg.AssetExecutionContext, **told: object) -> None:
    """Add ``gongkai/<name>`` for everything told, to this run."""
    context.instance.add_run_tags(context.run_id, {f"{PREFIX}{name}": str(value) for name, value in told.items()})
