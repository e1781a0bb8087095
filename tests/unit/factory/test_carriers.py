"""The short version of bench/carriers.py: a few reports in each carrier, none wrong, what is missing said so."""

import pytest

from bench.carriers import CARRIERS, SLOW, missing, run

LEAST = {"picture": 0.5, "picture pair": 0.0, "scan": 0.0}
"""Share of the figures that must be read; a scan of 100 dpi may be refused whole."""


@pytest.mark.slow
@pytest.mark.parametrize("carrier", [name for name in CARRIERS if name not in {"picture pair"}])
def test_a_report_in_this_carrier_is_read(carrier: str) -> None:
    why = missing(carrier)
    if why is not None:
        pytest.skip(why)
    count = 1 if carrier in SLOW else 3
    score, _, amiss = run(carrier, 20, count)
    assert amiss == []
    assert score.unexplained == []
    assert score.right >= LEAST.get(carrier, 0.999) * (score.printed - score.refused)
