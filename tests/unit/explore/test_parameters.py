"""What a request may ask for."""

import pytest

from gongkai.explore.parameters import WrongParameter, shaped


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("report_id", "'; DROP TABLE reports"), ("report_id", "../../etc/passwd"), ("report_id", "ABCDEF0123456789"),
        ("year", "20a0"), ("year", "9999"), ("year", "２０２０"), ("province", "atlantis"), ("lineage_code", "32068"),
        ("since", "yesterday"),
        ("severity", "fatal"), ("version", "-1"), ("agency_id", "a" * 61), ("agency_id", "a\0b"), ("lang", "fr"),
    ],
)  # fmt: skip
def test_what_has_not_its_shape_is_refused(name: str, text: str) -> None:
    with pytest.raises(WrongParameter):
        shaped({name: text}, [name])


def test_empty_is_not_given_and_words_are_bounded() -> None:
    assert shaped({"year": " ", "q": "a\0b  c" + "d" * 99}, ["year", "q", "rule"]) == {"q": ("a b c" + "d" * 99)[:60]}
