"""When the check on sections warns: a notable move of the share, on enough reports."""

import pytest

from assets.checks.sections import moved_by


@pytest.mark.parametrize(
    ("now", "before", "moved"),
    [
        ((100, 80), (100, 90), -0.1), ((200, 180), (100, 90), 0.0), ((29, 0), (100, 90), 0.0), ((100, 90), (29, 0), 0.0),
    ],
)  # fmt: skip
def test_how_far_the_share_moved(now: tuple[int, int], before: tuple[int, int], moved: float) -> None:
    told = [dict(zip(("reports", "whole"), pair, strict=True)) for pair in (now, before)]
    assert moved_by(*told) == pytest.approx(moved)
    assert moved_by(told[0], {}) == 0.0
