"""What a finding quotes of the sentence: words before the figure, and whole numbers among them."""

from decimal import Decimal

import pytest

from pipelines.report_rules.narrative import _judge


@pytest.mark.parametrize(
    ("sentence", "quoted"),
    [
        ("2024年，区政府办代表区政府受理政府信息公开申请17件", "2024年,区政府办代表区政府受理政府信息公开申请17件"),
        ("收到政府信息公开申请17件", "收到政府信息公开申请17件"),
        ("全区各部门各单位各镇街全年共收到政府信息公开申请17件", "各部门各单位各镇街全年共收到政府信息公开申请17件"),
    ],
)
def test_a_number_is_not_cut(sentence: str, quoted: str) -> None:
    (found,) = _judge(sentence, {"received": Decimal(95)})
    assert f"“{quoted}”" in found["message_zh"]
