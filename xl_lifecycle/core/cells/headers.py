"""What the columns and settings of the workbook's tables are called, in English, Korean and Japanese."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xl_lifecycle.core.cells.values import Grid, Scalar
from xl_lifecycle.core.language.vocabulary import LANGUAGES, Labels

# The headers that are not measures, in English, Korean and Japanese.
HEADERS: Mapping[str, Labels] = {
    "month": ("Month", "월", "月"),
    "channel": ("Channel", "채널", "チャネル"),
    "campaign": ("Campaign", "캠페인", "キャンペーン"),
    "kind": ("Kind", "종류", "種類"),
    "item": ("Item", "항목", "項目"),
    "measure": ("Measure", "측정값", "測定値"),
    "value": ("Value", "값", "値"),
    "setting": ("Setting", "설정", "設定"),
    "note": ("Note", "설명", "説明"),
    "sheet": ("Sheet", "시트", "シート"),
    "source": ("Source", "출처", "ソース"),
    "file": ("File", "파일", "ファイル"),
    "channels": ("Channels", "채널 목록", "チャネル一覧"),
    "from": ("From", "시작", "開始"),
    "to": ("To", "종료", "終了"),
    "rows": ("Rows", "행 수", "行数"),
    "rows_total": ("Sum of rows", "행 합계", "行の合計"),
    "file_total": ("Total in file", "파일 합계", "ファイルの合計"),
    "read_on": ("Read on", "읽은 날짜", "読み込み日"),
    "changed_on": ("Changed on", "변경 날짜", "変更日"),
    "old_value": ("Old value", "이전 값", "以前の値"),
    "old_of": ("Old value of", "이전 값의 날짜", "以前の値の日付"),
    "new_value": ("New value", "새 값", "新しい値"),
    "from_channel": ("Channel in the export", "내보낸 파일의 채널", "エクスポートのチャネル"),
    "from_campaign": ("Campaign in the export", "내보낸 파일의 캠페인", "エクスポートのキャンペーン"),
    "to_channel": ("→ Channel", "→ 채널", "→ チャネル"),
    "to_campaign": ("→ Campaign", "→ 캠페인", "→ キャンペーン"),
    "column": ("Column of the export", "내보낸 파일의 열", "エクスポートの列"),
    "values": ("Values that count", "집계할 값", "数える値"),
    "currency": ("Currency", "통화", "通貨"),
    "from_month": ("From month", "적용 시작 월", "適用開始月"),
    "rate": ("Rate", "환율", "レート"),
    "goal": ("Goal", "목표 내용", "ねらい"),
    "owner": ("Owner", "담당", "担当"),
    "name": ("Name", "이름", "名前"),
    "expression": ("Expression", "수식", "計算式"),
    "unit": ("Unit", "단위", "単位"),
    "better": ("Better", "좋은 방향", "良い方向"),
    "network": ("Network", "네트워크", "ネットワーク"),
}
_KEYS = {label.casefold(): key for key, labels in HEADERS.items() for label in (key, *labels)}

SETTINGS: Mapping[str, Labels] = {
    "period": ("Period", "기간", "期間"),
    "currency": ("Currency", "통화", "通貨"),
    "language": ("Language", "언어", "言語"),
    "fiscal_start": ("Fiscal year starts in month", "회계연도 시작 월", "会計年度の開始月"),
    "fiscal_named": ("Fiscal year is named after its", "회계연도 이름 기준", "会計年度の呼び方"),
    "folder": ("Folder of exports", "내보낸 파일 폴더", "エクスポートのフォルダー"),
    "prefer": ("Files to prefer", "우선할 파일", "優先するファイル"),
}
_SETTING_KEYS = {label.casefold(): key for key, labels in SETTINGS.items() for label in (key, *labels)}


class Columns:
    """The columns of a table that people fill, by key, called in English, Korean and Japanese."""

    def __init__(self, labels: Mapping[str, Labels]) -> None:
        self._labels = labels
        self._keys = {label.casefold(): key for key, names in labels.items() for label in names}

    def keys(self, header: Sequence[object]) -> list[str | None]:
        """The key of each column; None for one that is not ours.

        >>> Columns({"owner": ("Owner", "책임자", "責任者")}).keys(["책임자", "Mine"])
        ['owner', None]
        """
        return [self._keys.get(header_text(cell).casefold()) for cell in header]

    def rows(self, grid: Grid) -> list[dict[str, Scalar]]:
        """The rows of a table with its header, by the keys of its columns."""
        keys = self.keys(grid[0])
        return [{key: cell for key, cell in zip(keys, row, strict=False) if key} for row in grid[1:]]

    def language(self, header: Sequence[object]) -> int:
        """Which language most of a header is in, by its place in LANGUAGES."""
        heads = {header_text(cell).casefold() for cell in header}
        counts = [len(heads & {names[i].casefold() for names in self._labels.values()}) for i in range(len(LANGUAGES))]
        return counts.index(max(counts))


def header_keys(header: Sequence[object]) -> dict[str, int]:
    """Where the columns that are not measures stand: the first of each, by key.

    >>> header_keys(["월", "채널", "Spend"])
    {'month': 0, 'channel': 1}
    """
    keys: dict[str, int] = {}
    for i, cell in enumerate(header):
        key = _KEYS.get(header_text(cell).casefold())
        if key:
            keys.setdefault(key, i)
    return keys


def setting_of(cell: object) -> str | None:
    """The setting that a cell names, in any of the languages."""
    return _SETTING_KEYS.get(header_text(cell).casefold())


def header_text(cell: object) -> str:
    """A header without line breaks and double spaces; "" if it is no text."""
    return " ".join(cell.split()) if isinstance(cell, str) else ""
