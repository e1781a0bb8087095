"""Lines that the csv module would refuse are read like any other."""

import pytest

from pipelines.read.reader import read_report


@pytest.mark.parametrize("line", ["规章,1,2\r,3", '规章,"1,2,3', "规章,\0,2,3", "规章," + "9" * 200_000])
def test_no_line_ends_the_reading(line: str) -> None:
    text = f"示例县人民政府2023年政府信息公开工作年度报告\n信息内容,本年制发件数,本年废止件数,现行有效件数\n{line}\n"
    read_report(text.encode(), name="a.txt").to_contract()
