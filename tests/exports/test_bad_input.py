"""Files that are broken, or cannot be distinguished, are refused in one line, quickly."""

from __future__ import annotations

import time

import pytest

from tests.support.export_files import ads, total
from xl_lifecycle.core.cells.errors import SourceError

CALL = "month,channel,campaign,spend\n2026-01,Email,\"=cmd|'/C calc'!A0\",1\n2026-01,Email,@SUM(1+1),2\n2026-01,Email,-2+3,4\n"


def test_formulas_stay_text(reads) -> None:
    result = reads("t.csv", CALL)
    assert {fact.campaign for fact in result.facts} == {"=cmd|'/C calc'!A0", "@SUM(1+1)", "-2+3"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (ads(totals=()).rsplit(",", 4)[0], "line 5 ends early: the file is truncated"),
        ('month,campaign,spend\n2026-01,"Brand', "opens a quotation mark that nothing closes: it is truncated"),
        ("month,campaign,spend\n2026-01,캠페인 이름을 여기에,1\n".encode()[:-4], "is truncated or damaged"),
        ("month,channel,spend\n".encode("utf-16")[:-1], "neither text nor an Excel workbook"),
        ("month,spend,spend\n2026-01,1,2\n", "more than one column 'spend'"),
        (ads(header=ads().splitlines()[2].replace("Cost", "COST,Cost", 1)), "more than one column"),
    ],
)
def test_broken_files_are_refused_in_one_line(reads, content: str | bytes, message: str) -> None:
    with pytest.raises(SourceError, match=message) as error:
        reads("bad.csv", content)
    assert "\n" not in str(error.value)


def test_lost_characters_are_told(reads) -> None:
    result = reads("t.csv", "month,campaign,spend\n2026-01,Caf\ufffd,1\n")
    assert "lost characters" in result.notes[0]


def test_a_lone_quotation_mark_inside_a_cell_is_no_damage(reads) -> None:
    assert total(reads("t.csv", 'month,campaign,spend\n2026-01,5" screens,1\n'), "spend") == 1


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_100_000_columns_are_refused_quickly(reads, separator: str) -> None:
    row = separator.join(f"c{n}" for n in range(100_000))
    began = time.perf_counter()
    with pytest.raises(SourceError, match="has 100,000 columns"):
        reads("wide.csv", "\n".join([row] * 5))
    assert time.perf_counter() - began < 5


def test_a_thousand_lines_of_many_columns_are_searched_quickly(reads) -> None:
    row = ",".join(f"c{n}" for n in range(500))
    began = time.perf_counter()
    with pytest.raises(SourceError, match="no known format"):
        reads("wide.csv", "\n".join([row] * 1000))
    assert time.perf_counter() - began < 20


def test_a_total_in_the_middle(reads) -> None:
    lines = ads().splitlines()
    text = "\n".join([*lines[:4], lines[5], *lines[4:5], *lines[6:]])
    assert total(reads("ads.csv", text), "spend") == 150.5
