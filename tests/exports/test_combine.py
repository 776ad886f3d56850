from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.export_files import ADS_HEADER, ADS_ROWS, CONTACTS, DEALS, ads, ga4
from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.exports import combine
from xl_lifecycle.sources import read


def amount(result, measure: str) -> float:
    return sum(fact.value for fact in result.facts if fact.measure == measure)


def test_the_same_file_counts_once_also_under_another_name(reads) -> None:
    one, copy = reads("a.csv", ads()), reads("b.csv", ads())
    both = combine([copy, one, one])
    assert amount(both, "spend") == 150.5
    assert both.notes == ("b.csv repeats a.csv: counted once",)
    covered = next(row for row in both.coverage if row.measure == "spend")
    assert (covered.file, covered.rows, covered.file_total) == ("a.csv", 2, 150.5)


def test_parts_of_a_month_add(reads) -> None:
    a = reads("a.csv", ads("1 July 2026 - 10 July 2026"))
    b = reads("b.csv", ads("11 July 2026 - 31 July 2026"))
    both = combine([a, b])
    assert amount(both, "spend") == 301
    assert not any("partial" in note for note in both.notes)
    assert any("partial month 2026-07: covers 1 to 10" in note for note in combine([a]).notes)


def test_people_of_parts_of_a_month_do_not_add(reads) -> None:
    both = combine(
        [
            reads("a.csv", ga4("20260701", "20260710")),
            reads("b.csv", ga4("20260711", "20260731")),
            reads("c.csv", ga4("20260801", "20260831")),
        ]
    )
    assert amount(both, "sessions") == 3 * 292
    assert {fact.month for fact in both.facts if fact.measure == "visitors"} == {2026 * 12 + 7}
    assert [row.first for row in both.coverage if row.measure == "visitors"] == [date(2026, 8, 1)]
    assert any("visitors of 2026-07 left out" in note for note in both.notes)


def test_overlap_that_disagrees_names_both_files(reads) -> None:
    changed = ads(rows=(ADS_ROWS[0].replace("100.50", "101.50"), ADS_ROWS[1]), totals=())
    a, b = reads("a.csv", ads()), reads("b.csv", changed)
    for order in ([a, b], [b, a]):
        with pytest.raises(SourceError, match=r"spend of Paid ads is 150\.5 in a\.csv .* but 151\.5 in b\.csv"):
            combine(order)


def test_ranges_that_cross_are_refused(reads) -> None:
    with pytest.raises(SourceError, match="overlap and disagree"):
        combine(
            [
                reads("a.csv", ads("1 July 2026 - 20 July 2026")),
                reads("b.csv", ads("10 July 2026 - 31 July 2026")),
            ]
        )


def test_a_part_inside_a_month_counts_once_and_cannot_exceed_it(reads) -> None:
    whole = reads("whole.csv", ads())
    part = reads("part.csv", ads("8 July 2026 - 31 July 2026", rows=ADS_ROWS[:1], totals=()))
    more = reads("more.csv", ads("8 July 2026 - 31 July 2026", rows=(*ADS_ROWS, ADS_ROWS[1]), totals=()))
    assert amount(combine([whole, part]), "spend") == 150.5
    with pytest.raises(SourceError, match=r"more\.csv .*whole\.csv"):
        combine([whole, more])


def days(first: int, last: int, cost: str = "10") -> str:
    rows = tuple(f"2026-07-{n:02d},Enabled,Brand,Search,10,5,EUR,1,{cost},1," for n in range(first, last + 1))
    return ads(f"{first} July 2026 - {last} July 2026", rows=rows, totals=(), header="Day," + ADS_HEADER)


def test_daily_files_that_overlap(reads) -> None:
    a, b = reads("a.csv", days(1, 20)), reads("b.csv", days(15, 31))
    assert amount(combine([b, a]), "spend") == 310
    with pytest.raises(SourceError, match=r"a\.csv .* but .*c\.csv"):
        combine([a, reads("c.csv", days(15, 31, "11"))])
    missing = days(15, 31).replace("2026-07-16,Enabled,Brand,Search,10,5,EUR,1,10,1,\n", "")
    with pytest.raises(SourceError, match="overlap and disagree"):
        combine([a, reads("d.csv", missing)])
    month = ads(rows=("Enabled,Brand,Search,310,155,EUR,1,310,31,",), totals=())
    assert amount(combine([a, b, reads("month.csv", month)]), "spend") == 310
    with pytest.raises(SourceError, match="month"):
        combine([a, b, reads("month.csv", month.replace("1,310,31", "1,320,31"))])


def test_typed_figures_beside_an_export(reads) -> None:
    export = reads("ads.csv", ads())
    same = reads("same.csv", "month,channel,spend\n2026-07,Paid ads,150.5\n2026-07,Email,20\n")
    table = reads("own.csv", "month,channel,campaign,spend\n2026-07,Paid ads,Other network,30\n")
    wrong = reads("wrong.csv", "month,channel,spend\n2026-07,Paid ads,160\n")
    assert amount(combine([export, same]), "spend") == 170.5
    assert amount(combine([export, table]), "spend") == 180.5
    with pytest.raises(SourceError, match=r"150\.5 in ads\.csv .* but 160 in wrong\.csv"):
        combine([wrong, export])


@pytest.fixture(scope="module")
def several(tmp_path_factory):
    folder = tmp_path_factory.mktemp("several")
    header, *rows = DEALS.splitlines()
    texts = {
        "july-1.csv": ads("1 July 2026 - 10 July 2026"),
        "july-2.csv": ads("11 July 2026 - 31 July 2026"),
        "june.csv": ads('"June 1, 2026 - June 30, 2026"'),
        "copy.csv": ads('"June 1, 2026 - June 30, 2026"'),
        "day-1.csv": ga4("20260701", "20260710"),
        "day-2.csv": ga4("20260711", "20260731"),
        "ga4.csv": ga4("20260601", "20260630"),
        "contacts.csv": CONTACTS,
        "deals-1.csv": "\n".join([header, *rows[:3]]),
        "deals-2.csv": "\n".join([header, *rows[1:]]),
        "costs.csv": "month,channel,spend\n2026-06,Email,0.1\n2026-06,Email,0.2\n2026-06,Paid ads,150.5\n",
        "costs-2.csv": "month,channel,spend\n2026-06,Email,0.3\n2026-07,Email,0.7\n",
        "items.csv": "month,kind,item,measure,value\n2026-06,keyword,crm,rank,3\n",
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [read(folder / name) for name in texts]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_order_and_repetition_change_nothing(several, data) -> None:
    result = combine(several)
    again = data.draw(st.lists(st.sampled_from(several), max_size=8))
    assert combine(data.draw(st.permutations(several + again))) == result


def test_what_they_make_together(several) -> None:
    both = combine(several)
    assert amount(both, "spend") == pytest.approx(3 * 150.5 + 0.3 + 0.7)
    assert amount(both, "leads") == 3
    assert amount(both, "new_customers") == 1
    assert amount(both, "opportunities") == 5


def test_nothing_is_nothing() -> None:
    assert combine([]).facts == ()


def test_a_company_total_beside_an_export_counts_once(reads) -> None:
    contacts = reads("contacts.csv", CONTACTS)
    table = reads("t.csv", "month,leads\n2026-01,2\n2026-03,4\n")
    both = combine([contacts, table])
    assert amount(both, "leads") == 3 + 4
    assert any("2026-01 without a channel is the total" in note for note in both.notes)
    assert any("2026-03 without a channel is added" in note for note in both.notes)
